// Progressive enhancement: the pages work without this script, which only makes them respond faster.
import { enhanceCopy } from './copy.ts';
import { enhanceFolded } from './folded.ts';
import { enhanceForms } from './forms.ts';
import { enhanceHeat } from './heat.ts';
import { enhanceKeys } from './keys.ts';
import { enhanceLive } from './live.ts';
import { enhanceRecent } from './recent.ts';
import { enhanceSlider } from './slider.ts';
import { enhanceSuggestions } from './suggestions.ts';

const root = document.body;
enhanceLive(root);
enhanceSlider(root);
enhanceSuggestions(root);
enhanceKeys(root);
enhanceCopy(root);
enhanceRecent(root);
enhanceHeat(root);
enhanceFolded(root);
enhanceForms(root);
