import type { Topic } from '../../model/topic.ts';
import { toTopicUrl } from '../addresses.ts';
import type { Site } from '../site.ts';
import { Page } from './page.tsx';

/** What went wrong, as far as the one who asked may know it. */
export interface Problem {
  status: number;
  /** Code of the catalogue of errors, for programs. */
  code: string;
  /** A few words. */
  title: string;
  /** What happened, to what, what next. */
  detail: string;
  /** Further fields of the answer. */
  headers?: Record<string, string>;
}

export interface ProblemPageProps {
  site: Site;
  now: Date;
  problem: Problem;
  topics: Topic[];
}

/** Says what happened and offers ways on. */
export function ProblemPage({ site, now, problem, topics }: ProblemPageProps) {
  return (
    <Page site={site} now={now} title={problem.title} topics={topics}>
      <div class="problem">
        <p class="kicker">{problem.status}</p>
        <h1 class="headline">{problem.title}</h1>
        <p class="standfirst">{problem.detail}</p>
        {topics.length > 0 && <h2>What there is to read</h2>}
        <ul class="ways-on">
          <li>
            <a href={`${site.base}/`}>The front page</a>
          </li>
          {topics.map((topic) => (
            <li>
              <a href={toTopicUrl(site.base, topic.slug)}>{topic.name}</a>
              {topic.description && <span> {topic.description}</span>}
            </li>
          ))}
        </ul>
      </div>
    </Page>
  );
}
