declare module 'html-encoding-sniffer' {
  /** The WHATWG name of the encoding that an HTML prescan of the first 1024 bytes finds. */
  const sniffHtmlEncoding: (
    bytes: Uint8Array,
    options?: { transportLayerEncodingLabel?: string; defaultEncoding?: string },
  ) => string;
  export = sniffHtmlEncoding;
}
