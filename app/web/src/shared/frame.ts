/** What every page begins with: the style, the navigation that carries the choice along, the terms explained. */
import { Header } from "nhsuk-frontend";
import "../style/page.scss";
import { carry } from "./links";
import { choiceFrom } from "./state";
import { explainTerms } from "./toggletip";

export { carry, linkTo } from "./links";

// The kept components work only where the page says that scripts run.
document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
const header = document.querySelector(".nhsuk-header");
if (header) new Header(header);
carry(choiceFrom(location.search));
explainTerms();
