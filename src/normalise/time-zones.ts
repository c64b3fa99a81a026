/**
 * Minutes east of Greenwich by the short names that feeds use (RFC 822 §5.1 and the common ones since). Where a name
 * has several meanings, the one most feeds mean: IST is India, BST is British, CST and AST are American.
 */
const zones: Record<string, number> = {
  ...{ utc: 0, gmt: 0, ut: 0, z: 0, wet: 0, west: 60, ist: 330, bst: 60 },
  ...{ est: -300, edt: -240, cst: -360, cdt: -300, mst: -420, mdt: -360, pst: -480, pdt: -420 },
  ...{
    akst: -540,
    akdt: -480,
    hst: -600,
    ast: -240,
    adt: -180,
    nst: -210,
    ndt: -150,
    et: -300,
    ct: -360,
    pt: -480,
  },
  ...{ brt: -180, art: -180, clt: -240, cot: -300, pet: -300, vet: -240 },
  ...{
    cet: 60,
    cest: 120,
    met: 60,
    mest: 120,
    mez: 60,
    mesz: 120,
    eet: 120,
    eest: 180,
    msk: 180,
    msd: 240,
    trt: 180,
  },
  ...{
    wat: 60,
    cat: 120,
    sast: 120,
    eat: 180,
    idt: 180,
    irst: 210,
    gst: 240,
    pkt: 300,
    npt: 345,
    ict: 420,
    wib: 420,
  },
  ...{ hkt: 480, sgt: 480, myt: 480, pht: 480, awst: 480, jst: 540, kst: 540 },
  ...{ acst: 570, acdt: 630, aest: 600, aedt: 660, nzst: 720, nzdt: 780 },
};

/**
 * Minutes east of Greenwich of a zone's name, in any case; undefined when the word can't be one. Military letters and
 * unknown names of up to five letters are 0: RFC 5322 §4.3 has both read as "-0000".
 */
export function findZone(name: string): number | undefined {
  const known = zones[name.toLowerCase()];
  if (known !== undefined) return known;
  return /^(?:[a-ik-z]|[A-IK-Z]|[A-Z]{3,5})$/.test(name) ? 0 : undefined;
}

/** Minutes of a numeric offset: "+0200", "-05:00", "+2", "−8"; undefined when it is none or beyond ±14:59. */
export function parseOffset(text: string): number | undefined {
  const match = /^([+\-−])(\d{1,2}):?(\d{2})?$/.exec(text);
  if (match === null) return undefined;
  const hours = Number(match[2]);
  const minutes = Number(match[3] ?? 0);
  if (hours > 14 || minutes > 59) return undefined;
  return (match[1] === '+' ? 1 : -1) * (hours * 60 + minutes);
}
