const groups: [string, [string[], string][]][] = [
  [
    'Move',
    [
      [['j', 'k'], 'next, previous story (or the arrows)'],
      [['Shift j', 'Shift k'], 'extend the range: acts go to all of it'],
      [['o', 'Enter'], 'read the preview; again: back to the list'],
      [['s'], 'the article at its source, in a new tab'],
      [['n'], 'show what has come in'],
      [['/'], 'search'],
      [['Esc'], 'end the range, leave the search'],
    ],
  ],
  [
    'Decide',
    [
      [['p'], 'publish'],
      [['h'], 'hold'],
      [['x'], 'spike'],
      [['b'], 'put back among the candidates'],
      [['i'], 'pin, unpin'],
      [['u'], 'undo your last act; again: the one before'],
      [['r'], 'a reason, for your next act'],
    ],
  ],
  [
    'Edit',
    [
      [['e'], 'headline and standfirst'],
      [['Shift e'], 'bring the original back'],
      [['w'], 'say in public what was wrong'],
      [['l'], 'choose the lead'],
      [['m'], 'merge another story into this one'],
      [['t'], 'place in another topic'],
      [['c'], 'publish at, take out at, pin until'],
    ],
  ],
  [
    'Go',
    [
      [['g 1', '… g 9'], 'to a topic, by its place'],
      [['g c', 'g p', 'g h', 'g x'], 'to candidates, published, held, spiked'],
      [['?'], 'this help'],
    ],
  ],
];

/** All keys on one page, and the switch for those whom single letters disturb (WCAG 2.1.4). */
export function HelpDialog() {
  return (
    <dialog id="help-dialog" class="desk-dialog wide" aria-labelledby="help-title">
      <form method="dialog">
        <h2 id="help-title">Keys</h2>
        <div class="help-groups">
          {groups.map(([title, keys]) => (
            <section>
              <h3>{title}</h3>
              <dl>
                {keys.map(([names, words]) => (
                  <div>
                    <dt>
                      {names.map((name) => (
                        <kbd>{name}</kbd>
                      ))}
                    </dt>
                    <dd>{words}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
        <p>
          <label class="check">
            <input type="checkbox" id="quiet-keys" /> Letters act only while the list has the focus
          </label>
        </p>
        <div class="dialog-foot">
          <button type="submit" class="strong">
            Close <kbd>Esc</kbd>
          </button>
        </div>
      </form>
    </dialog>
  );
}
