import { expect } from 'vitest'
import { createContentAnalysis } from '../../src/analysis/content/content.ts'
import { findPersonal } from '../../src/analysis/content/personal/personal.ts'
import { redact } from '../../src/analysis/content/redact.ts'
import { createSecretFinder } from '../../src/analysis/content/secrets/secrets.ts'
import { createDefinitionAnalysis } from '../../src/analysis/definition/definition.ts'
import { sanitizeDefinition } from '../../src/analysis/definition/sanitize.ts'
import { findSignals } from '../../src/analysis/signals/signals.ts'
import { views } from '../../src/analysis/text/decode.ts'
import { findHidden, withoutHidden } from '../../src/analysis/text/hidden.ts'
import { sentences } from '../../src/analysis/text/sentences.ts'
import { explainedChanges } from '../../src/catalog/pins/diff/definition-diff.ts'
import { CONTENT_CATEGORIES, type ContentScan } from '../../src/kernel/content.ts'
import { readDocument } from '../../src/policy/document/read-document.ts'

/** Reads a text, and throws when what comes out is not what was promised of it. */
export type Target = (text: string) => void

const categories = new Set(CONTENT_CATEGORIES)
const content = createContentAnalysis({ key: new Uint8Array(32), secrets: createSecretFinder() })
const WORLD = { places: {}, realRoot: () => undefined }
const definitions = createDefinitionAnalysis({
  peers: [{ server: 'inbox', name: 'read_message', description: 'Reads one message.' }],
})

/** 200 characters, each of which may be spelled out as `[U+E0041]`. */
const SHOWN = 200 * 9 + 1

/** Spans lie inside the text and are not turned round. */
function expectInside(
  spans: Iterable<{ readonly start: number; readonly end: number }>,
  length: number,
): void {
  for (const { start, end } of spans)
    if (!(start >= 0 && start <= end && end <= length))
      throw new Error(`${start} to ${end} is not within ${length}`)
}

export const TARGETS: Readonly<Record<string, Target>> = {
  sentences: (text) => expectInside(sentences(text), text.length),
  views(text) {
    let size = 0
    for (const view of views(text)) {
      size += view.text.length
      expectInside([view.place(0, view.text.length)], text.length)
    }
    expect(size).toBeLessThanOrEqual(text.length * 8 + (1 << 18))
  },
  hidden(text) {
    expectInside(findHidden(text), text.length)
    expect(withoutHidden(text).length).toBeLessThanOrEqual(text.length)
  },
  signals: (text) => expectInside(findSignals(text, 'content'), text.length),
  personal: (text) => expectInside(findPersonal(text), text.length),
  definitions(text) {
    const definition = {
      name: text.slice(0, 64),
      description: text,
      inputSchema: { type: 'object', properties: { a: { type: 'string', default: text } } },
    }
    const { findings } = definitions.analyse({ kind: 'tools', name: 'a', server: 'b', definition })
    expectInside(
      findings.filter(({ at }) => at === '/description'),
      text.length,
    )
    for (const { shown } of findings) expect(shown.length).toBeLessThanOrEqual(SHOWN)
    JSON.stringify(sanitizeDefinition(definition, { maxText: 8_000 }))
  },
  content(text) {
    const value = { text, [text.slice(0, 40)]: [text] }
    const scan = content.scan(value, { direction: 'inbound', categories }) as ContentScan
    expectInside(
      scan.findings.filter(({ at, inName }) => at === '/text' && !inName),
      text.length,
    )
    JSON.stringify(redact(value, scan.findings).value)
  },
  documents(text) {
    readDocument('a.yaml', text, WORLD)
    const { problems } = readDocument('a.yaml', `screens: {a: {secret: ${text}`, WORLD)
    expect(problems.length).toBeLessThanOrEqual(1_000)
  },
  changes(text) {
    const of = (description: string) => ({
      name: 'a',
      description,
      inputSchema: { default: description },
    })
    expect(explainedChanges('tools', of(text), of(text))).toEqual([])
    const changes = explainedChanges('tools', of(text.slice(text.length >> 1)), of(`${text}.`))
    expect(changes.length).toBeGreaterThan(0)
    expect(JSON.stringify(changes).length).toBeLessThan(100_000)
  },
}
