/** Where stories are after others took them up: an id → the id of the story that stands. */
export function followMerges(merged: { from: string; into: string }[]): (storyId: string) => string {
  const next = new Map(merged.map(({ from, into }) => [from, into]));
  return (storyId) => {
    let id = storyId;
    for (let into = next.get(id); into !== undefined; into = next.get(id)) id = into;
    return id;
  };
}
