import type { ContentFinding } from '../../kernel/content.ts'
import type { Json, JsonObject } from '../../kernel/json.ts'
import { escapeStep } from '../../kernel/json-pointer.ts'

/** Values of this many characters or fewer stand in many places by chance. */
const SHORT = 5
const MOST_VALUES = 200
const MOST_TWINS = 5_000
/** Characters that are looked through, for all values together. */
const MOST_WORK = 50_000_000

/**
 * The findings, and the same values wherever else in the message they stand: a tool says its structured
 * result in text as well, where less around a value may tell what it is.
 */
export function withTwins(
  message: JsonObject,
  findings: readonly ContentFinding[],
): readonly ContentFinding[] {
  if (message['structuredContent'] === undefined || findings.length === 0) return findings
  const texts = new Map(textsOf('', message))
  const values = valuesOf(texts, findings)
  const known = Map.groupBy(findings.filter(isOfValue), ({ at }) => at)
  const isNew = ({ at, start, end }: ContentFinding): boolean =>
    !known.get(at)?.some((one) => one.start < end && start < one.end)
  const twins = [...texts].flatMap(([at, text]) => [...twinsIn(at, text, values)].filter(isNew))
  return twins.length === 0 ? findings : [...findings, ...twins.slice(0, MOST_TWINS)]
}

type Texts = ReadonlyMap<string, string>
type Values = ReadonlyMap<string, ContentFinding>

/** What was found, as it is and as it stands in JSON that is written in a text. */
function valuesOf(texts: Texts, findings: readonly ContentFinding[]): Values {
  const values = new Map<string, ContentFinding>()
  let size = 1
  for (const text of texts.values()) size += text.length
  const most = Math.min(MOST_VALUES, MOST_WORK / size)
  for (const finding of findings) {
    const value = texts.get(finding.at)?.slice(finding.start, finding.end) ?? ''
    if (!isOfValue(finding) || finding.via.length > 0 || value.length <= SHORT) continue
    if (values.size >= most) break
    values.set(value, finding)
    values.set(JSON.stringify(value).slice(1, -1), finding)
  }
  return values
}

function isOfValue({ inName }: ContentFinding): boolean {
  return inName !== true
}

function* twinsIn(at: string, text: string, values: Values): Generator<ContentFinding> {
  for (const [value, finding] of values)
    for (
      let start = text.indexOf(value);
      start >= 0;
      start = text.indexOf(value, start + value.length)
    )
      yield { ...finding, at, start, end: start + value.length }
}

/** Every text in a message, by its JSON pointer. */
function* textsOf(at: string, value: Json): Generator<readonly [string, string]> {
  const waiting: [string, Json][] = [[at, value]]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [place, inner] = next
    if (typeof inner === 'string') yield [place, inner]
    if (typeof inner !== 'object' || inner === null) continue
    for (const [name, item] of Object.entries(inner as JsonObject))
      if (item !== undefined) waiting.push([`${place}/${escapeStep(name)}`, item])
  }
}
