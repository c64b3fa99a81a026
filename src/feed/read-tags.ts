import { Tokenizer } from 'htmlparser2';

/** A start tag as it is written. */
export interface RawTag {
  /** Lower case, with its prefix. */
  name: string;
  /** Names in lower case, values decoded; in the order of the tag, the same name maybe twice. */
  attributes: [string, string][];
}

/** What is told of a document, in its order. */
export interface TagListener {
  open(tag: RawTag, isSelfClosing: boolean): void;
  /** Characters, entities decoded; those of a CDATA section as they are. */
  text(text: string, isCdata: boolean): void;
  /** Name in lower case. */
  close(name: string): void;
}

export interface TagReader {
  /** Reads to the end, or to where the listener stopped it. */
  read(): void;
  stop(): void;
}

/** Attributes of one tag that are read; of more, the last ones replace each other. */
const maxAttributes = 200;

/**
 * Reads the tags of an XML or HTML document one after the other, on htmlparser2's tokenizer: tolerant of everything, linear,
 * and without a tree or a stack. `decode` makes characters of the entities in texts and attributes.
 */
export function createTagReader(
  source: string,
  { xmlMode, decode }: { xmlMode: boolean; decode: (raw: string) => string },
  listener: TagListener,
): TagReader {
  let tag: RawTag = { name: '', attributes: [] };
  let value = '';
  const ignore = (): void => {};
  const tokenizer = new Tokenizer(
    { xmlMode, decodeEntities: false },
    {
      onopentagname(start, end) {
        tag = { name: source.slice(start, end).toLowerCase(), attributes: [] };
      },
      onattribname(start, end) {
        value = '';
        if (tag.attributes.length >= maxAttributes) tag.attributes.pop();
        tag.attributes.push([source.slice(start, end).toLowerCase(), '']);
      },
      onattribdata(start, end) {
        value += source.slice(start, end);
      },
      onattribend() {
        const attribute = tag.attributes.at(-1);
        if (attribute) attribute[1] = decode(value);
      },
      onopentagend: () => listener.open(tag, false),
      onselfclosingtag: () => listener.open(tag, true),
      ontext: (start, end) => listener.text(decode(source.slice(start, end)), false),
      oncdata: (start, end, endOffset) => listener.text(source.slice(start, end - endOffset), true),
      onclosetag: (start, end) => listener.close(source.slice(start, end).toLowerCase()),
      onattribentity: ignore,
      ontextentity: ignore,
      oncomment: ignore,
      ondeclaration: ignore,
      onprocessinginstruction: ignore,
      onend: ignore,
    },
  );
  return {
    read() {
      tokenizer.write(source);
      tokenizer.end();
    },
    stop: () => tokenizer.pause(),
  };
}
