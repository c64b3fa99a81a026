/** Header lines by lower-case name, their bytes as Latin-1 characters, so that no byte is lost; a list when repeated. */
export type WireHeaders = Record<string, string | string[] | undefined>;

/** All lines of a header; empty when there is none. */
export function findHeaders(headers: WireHeaders, name: string): string[] {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** The first line of a header; undefined when there is none. */
export function findHeader(headers: WireHeaders, name: string): string | undefined {
  return findHeaders(headers, name)[0];
}
