/**
 * Names of the months, January first, in the languages that feeds are written in, cases and short forms included;
 * accents and case don't matter, and a beginning of three or more letters that means one month only is enough.
 * English comes first: where two languages disagree about a short form, the earlier line wins.
 */
const names = [
  'january february march april may june july august september october november december',
  'jan feb mar apr may jun jul aug sep oct nov dec',
  'janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre',
  'januar februar marz april mai juni juli august september oktober november dezember',
  'janner feber maerz april mai juni juli august september oktober november dezember',
  'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre',
  'ene feb mar abr may jun jul ago set oct nov dic',
  'gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre',
  'janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro',
  'januari februari maart april mei juni juli augustus september oktober november december',
  'januari februari mars april maj juni juli augusti september oktober november december',
  'stycznia lutego marca kwietnia maja czerwca lipca sierpnia wrzesnia pazdziernika listopada grudnia',
  'styczen luty marzec kwiecien maj czerwiec lipiec sierpien wrzesien pazdziernik listopad grudzien',
  'ledna unora brezna dubna kvetna cervna cervence srpna zari rijna listopadu prosince',
  'leden unor brezen duben kveten cerven cervenec srpen zari rijen listopad prosinec',
  'januara februara marca aprila maja juna jula augusta septembra oktobra novembra decembra',
  'ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie',
  'tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesakuuta heinakuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta',
  'januar februar marcius aprilis majus junius julius augusztus szeptember oktober november december',
  'ocak subat mart nisan mayis haziran temmuz agustos eylul ekim kasim aralik',
  'januari februari maret april mei juni juli agustus september oktober november desember',
  'января февраля марта апреля мая июня июля августа сентября октября ноября декабря',
  'январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь',
  'січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня',
  'януари февруари март април май юни юли август септември октомври ноември декември',
  'ιανουαριου φεβρουαριου μαρτιου απριλιου μαιου ιουνιου ιουλιου αυγουστου σεπτεμβριου οκτωβριου νοεμβριου δεκεμβριου',
  'ιαν φεβ μαω απρ μαϊ ιον ιολ αυγ σεπ οκτ νοε δεκ',
  'gener febrer marc abril maig juny juliol agost setembre octubre novembre desembre',
  'يناير فبراير مارس ابريل مايو يونيو يوليو اغسطس سبتمبر اكتوبر نوفمبر ديسمبر',
  'ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר',
];

/** A word without case, accents and closing dot: "Février" → "fevrier". */
export function foldWord(word: string): string {
  return word
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ı', 'i')
    .replace(/[.'’]/g, '')
    .normalize('NFC');
}

const months = buildMonths();

/** 1 to 12 for a folded month name or an unambiguous beginning of one; undefined for any other word. */
export function findMonth(folded: string): number | undefined {
  return months.get(folded);
}

function buildMonths(): Map<string, number> {
  const whole = new Map<string, number>();
  const starts = new Map<string, number>();
  for (const line of names) {
    line.split(' ').forEach((name, index) => {
      const word = foldWord(name);
      if (!whole.has(word)) whole.set(word, index + 1);
      for (let length = 3; length < word.length; length++) {
        const start = word.slice(0, length);
        const known = starts.get(start);
        // 0: two months begin so ("jui" of juin and juillet, "mar" of mars and marraskuu).
        starts.set(start, known === undefined || known === index + 1 ? index + 1 : 0);
      }
    });
  }
  for (const [start, month] of starts) if (month > 0 && !whole.has(start)) whole.set(start, month);
  return whole;
}
