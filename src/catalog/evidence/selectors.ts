import type { Argument } from './arguments.ts'
import { words } from './words.ts'

/** Words that say which things are meant, how many of them, in what order and in what form. */
const SELECTING = words(`
  account after archived ascending asc before branch by category city code column columns commit count country
  currency cursor date dates day days depth desc descending domain end environment exclude expand
  field fields file filter filters folder format from fuzzy group hash host hours id identifier identifiers ids
  include interval issue key keys keyword keywords kind label labels lang language languages lat latitude level limit
  lng locale location lon longitude marker max metric metrics min mode model month namespace name names number
  offset order org organization owner page pages parent path paths pattern per period pod prefix priority
  project projects q query range recursive ref region repo repository resolution resource results room scope
  search section service sha since size skip slug sort space start state status step symbol symbols table
  tag tags target team tenant term terms tickers time timestamp timezone to token top topic topics type
  types unit units until user username uuid verbose version view week width workspace year years zone
`)

/** Whether an argument only selects what is read, or how it is shown. */
export function isSelector({ words: own, types }: Argument): boolean {
  const last = own.at(-1) ?? ''
  return types.has('boolean') || types.has('integer') || types.has('number') || SELECTING.has(last)
}
