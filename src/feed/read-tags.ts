import { Tokenizer } from 'htmlparser2';

/** What is told of an HTML page's tags; names in lower case. */
export interface TagListener {
  open(name: string, attributes: Record<string, string>): void;
  text(text: string): void;
  close(name: string): void;
}

/** Reads the tags of an HTML page one after the other, entities decoded, scripts and styles skipped. Linear; nests nothing. */
export function readTags(html: string, listener: TagListener): void {
  let name = '';
  let attribute = '';
  let value = '';
  let attributes: Record<string, string> = {};
  const end = (): void => listener.open(name, attributes);
  const ignore = (): void => {};
  const tokenizer = new Tokenizer(
    {},
    {
      onopentagname(from, to) {
        name = html.slice(from, to).toLowerCase();
        attributes = Object.create(null) as Record<string, string>;
      },
      onattribname(from, to) {
        attribute = html.slice(from, to).toLowerCase();
        value = '';
      },
      onattribdata(from, to) {
        value += html.slice(from, to);
      },
      onattribentity(codePoint) {
        value += String.fromCodePoint(codePoint);
      },
      onattribend() {
        attributes[attribute] ??= value;
      },
      onopentagend: end,
      onselfclosingtag: end,
      ontext: (from, to) => listener.text(html.slice(from, to)),
      ontextentity: (codePoint) => listener.text(String.fromCodePoint(codePoint)),
      onclosetag: (from, to) => listener.close(html.slice(from, to).toLowerCase()),
      oncdata: ignore,
      oncomment: ignore,
      ondeclaration: ignore,
      onprocessinginstruction: ignore,
      onend: ignore,
    },
  );
  tokenizer.write(html);
  tokenizer.end();
}
