declare module '*?bundle' {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: loaders of text give the text as the default export.
  export default text;
}
