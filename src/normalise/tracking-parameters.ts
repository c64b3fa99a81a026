/** Beginnings of names of query parameters that only say where a reader came from. Lower case. */
const prefixes = [
  'utm_', // the Urchin and Google Analytics family
  'at_bbc_',
  'at_campaign',
  'at_link_',
  'at_ptr_',
  'itm_',
  'mtm_',
  'matomo_',
  'piwik_',
  'hsa_',
  'hsctatracking',
  '_hs',
  'wt.',
  'fb_action_',
  'vero_',
  'oly_',
  '_branch_',
  'guce_',
  'sc_camp',
  'ml_subscriber',
];

/** Whole names. Lower case. */
const names = new Set(
  `fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid twclid ttclid igshid igsh li_fat_id mc_cid mc_eid
  mkt_tok at_medium at_format at_custom1 at_custom2 at_custom3 at_custom4 cmpid icid ncid intcid ocid xtor ito
  ref_src ref_url traffic_source maca ftag tblci guccounter s_cid s_kwcid ef_id epik trkcampaign __s
  _openstat wickedid rb_clickid sfmc_sub sfnsn srsltid soc_src soc_trk __source hss_channel dicbo ck_subscriber_id
  fb_source fb_ref action_object_map action_type_map action_ref_map __twitter_impression sr_share _ga _gl
  tpcc smid smtyp usqp amp_js_v aoh amp_gsa amp_lite nytapp guccounter wt_mc wtmc ref_medium rss_source
  ns_mchannel ns_source ns_campaign ns_linkname ns_fee ns_category
  ga_source ga_medium ga_campaign ga_content ga_term ga_place
  pk_campaign pk_cpn pk_keyword pk_kwd pk_source pk_medium pk_content pk_cid pk_group pk_placement
  trk_contact trk_msg trk_module trk_sid trk_link`.split(/\s+/),
);

/** Names that are tracking when the value says "this link stood in a feed". */
const feedNames = new Set(
  'ref src source from via partner emc medium mod rss feed referrer referer origin channel cid sref fr'.split(
    ' ',
  ),
);
const feedValues = new Set(
  'rss rss2 rss1 rdf atom feed feeds rssfeed rss_feed rss-feed feedburner xml'.split(' '),
);

/** Names that are tracking unless the value may be the number of an article: digits, hex, a UUID. */
const unlessIdNames = new Set(['cmp', 'mbid', 'taid', 'trk']);
const idShape = /^(?=[a-f-]{0,40}\d)[\da-f-]{1,40}$/i;

/** Parameters by which a site serves its AMP page, with the values that they then have. */
const ampNames = new Set(['amp', '_amp', 'isamp', 'is_amp', 'outputtype']);
const ampValues = new Set(['', '1', 'true', 'amp', 'yes']);

/** True when the query parameter says nothing about which article is meant. Takes the decoded name and value. */
export function isTrackingParameter(name: string, value: string): boolean {
  const key = name.toLowerCase();
  if (names.has(key) || prefixes.some((prefix) => key.startsWith(prefix))) return true;
  const lowValue = value.toLowerCase();
  // Medium names the feed of an author or a tag: `source=rss-1a2b3c------2`.
  if (key === 'source' && lowValue.startsWith('rss-')) return true;
  if (feedNames.has(key)) return feedValues.has(lowValue);
  if (unlessIdNames.has(key)) return !idShape.test(value);
  // Places of a page joined with dots (`a2g0o.home.0.0`); a bare number may be an article's.
  if (key === 'spm') return value.includes('.');
  return ampNames.has(key) && ampValues.has(lowValue);
}
