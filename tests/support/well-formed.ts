import { execFileSync } from 'node:child_process';
import type { Complaint } from './feed-rules.ts';
import { parseXml, type XmlElement } from './xml-tree.ts';

const warned = new Set<string>();

export function warnOnce(text: string): void {
  if (!warned.has(text)) console.warn(text);
  warned.add(text);
}

/** What libxml2 says: nothing when the document is well-formed (and valid), undefined when xmllint isn't there. */
export function askXmllint(xml: string, options: string[]): string[] | undefined {
  try {
    execFileSync('xmllint', ['--noout', '--nonet', '--huge', ...options, '-'], { input: xml, stdio: 'pipe' });
    return [];
  } catch (error) {
    const { code, stderr } = error as { code?: string; stderr?: Buffer };
    if (code !== 'ENOENT') return String(stderr).trim().split('\n');
    warnOnce('SKIPPED: xmllint is not installed; documents are read by the strict reader of the tests alone');
    return undefined;
  }
}

/** The document as a tree, or why it is not well-formed. */
export function tryToParse(xml: string): { root: XmlElement } | { complaints: Complaint[] } {
  const complaints = (askXmllint(xml, []) ?? []).map((line): Complaint => `error: not well-formed: ${line}`);
  if (complaints.length > 0) return { complaints };
  try {
    return { root: parseXml(xml) };
  } catch (error) {
    return { complaints: [`error: not well-formed: ${(error as Error).message}`] };
  }
}

export function listNamed(parent: XmlElement, name: string, namespace = ''): XmlElement[] {
  return parent.children.filter((child) => child.name === name && child.namespace === namespace);
}

export function findText(parent: XmlElement, name: string, namespace = ''): string | undefined {
  return listNamed(parent, name, namespace)[0]?.text;
}
