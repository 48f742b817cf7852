/**
 * Words with irregular forms, which no stemmer maps to the same stem. Forms that are also other words are left out
 * (found, leaves, lives).
 */
const FORMS = `
knife knives, shelf shelves, wife wives, loaf loaves, half halves, thief thieves, calf calves, wolf wolves, scarf scarves,
tooth teeth, foot feet, mouse mice, goose geese, child children, man men, woman women, person people, potato potatoes, tomato tomatoes,
hypothesis hypotheses, criterion criteria, matrix matrices, vertex vertices, index indices, phenomenon phenomena, crisis crises,
thesis theses, bacterium bacteria, nucleus nuclei, stimulus stimuli, fungus fungi,
buy bought, run ran, sleep slept, pay paid, sell sold, write wrote written, speak spoke spoken, break broke broken,
steal stole stolen, freeze froze frozen, drive drove driven, fly flew flown, swim swam swum, teach taught, catch caught, lose lost,
meet met, feed fed, build built, send sent, lend lent, spend spent, drink drank drunk, sing sang sung, grow grew grown,
choose chose chosen, fall fell fallen, hang hung, bite bitten, tear tore torn, wear wore worn, shake shook shaken, die dying,
bring brought, eat ate eaten, forget forgot forgotten, win won, throw threw thrown, hear heard, sit sat, stand stood,
begin began begun, ride rode ridden, draw drew drawn, fight fought, sew sewn, bleed bled, dig dug, stick stuck, sweep swept,
shoot shot, wake woke woken, hide hid hidden, rise risen, ring rang rung, sink sank sunk, bend bent, deal dealt, dream dreamt,
learn learnt, burn burnt, smell smelt, spill spilt, forgive forgave forgiven, swear swore sworn, weave wove woven, shrink shrank shrunk,
spring sprang sprung, swing swung, sting stung, cling clung, creep crept, weep wept, flee fled, breed bred, lead led, mean meant,
kneel knelt, seek sought, strike struck, swell swollen, undo undone, withdraw withdrew withdrawn, mislead misled, overcome overcame, bus buses
`;

/** Words whose Porter stem is that of an unrelated word (news and new, status and statue), each followed by its forms. */
const APART = `
news, https, ios, status statuses, university universities, universal universally, organization organizations organize organizes organized organizing
organizer organizers, organic organically, generate generates generated generating generation generations generator generators,
generous generously, generic, experiment experiments experimental experimentally experimented experimenting experimenter,
experience experiences experienced experiencing, authority authorities, executive executives, opera operas, irony ironic ironically,
international internationally, internal internally, animal animals, secretion secretions, community communities,
communism communist communists, numerous, emergency emergencies, several, severe severely severity, relativity, likely likelihood,
objective objectives, paste pastes pasted, important importance importantly, rational rationally, positive positively, conversion conversions,
majority majorities, minority minorities, personality personalities, customer customers, digital digitally, witness witnesses witnessed,
business businesses, evening evenings, earring earrings, herring herrings, department departments, apartment apartments
`;

const WORDS = mapOf(FORMS);
const OWN = mapOf(APART);

/** Maps each form to the word that its entry begins with. */
function mapOf(lines: string): ReadonlyMap<string, string> {
  return new Map(
    lines.split(',').flatMap((line) => {
      const [word = '', ...others] = line.trim().split(/\s+/);
      return [word, ...others].map((form) => [form, word] as const);
    }),
  );
}

/** The base form of an irregular form (knives → knife, bought → buy); any other word as it is. @param word in lower case */
export function regular(word: string): string {
  return WORDS.get(word) ?? word;
}

/** The stem of a word that the stemmer would confuse with another (news → news); undefined for all others. @param word in lower case */
export function ownStem(word: string): string | undefined {
  return OWN.get(word);
}
