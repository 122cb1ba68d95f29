import { flagged, type ListedRecipient, type ListResult } from './listed.ts'
import { readMailbox } from './mailbox.ts'
import { type Token, tokensOf } from './tokens.ts'

/** How many recipients one value may hold. */
const MOST = 1_024
/** The longest list, with names and comments. */
const LONGEST = 262_144

/**
 * Reads a list of addresses by RFC 5322, 3.4, with the obsolete forms of 4.4; `;` and line ends part
 * addresses too, as mail programs take them. Every address in it counts, or it is unparsable: nothing is
 * left out. Linear in the length of the text.
 */
export function readAddressList(text: string): ListResult {
  if (text.length > LONGEST) return { unparsable: 'is too long' }
  const trimmed = text.trim()
  const plain = trimmed.replace(/[\uff20\ufe6b]/g, '@')
  const tokens = tokensOf(unfolded(plain))
  if (tokens === undefined) return { unparsable: 'has a quotation or comment that does not end' }
  const flags = [
    ...(plain !== trimmed ? ['encoded-at'] : []),
    ...(tokens.some(({ kind }) => kind === 'newline') ? ['newline'] : []),
  ]
  const elements = elementsOf(tokens)
  if ('unparsable' in elements) return elements
  return collect(elements.elements, flags)
}

/** RFC 5322, 2.2.3: a line end before white space is none. */
function unfolded(text: string): string {
  return text.replace(/\r\n(?=[ \t])/g, '')
}

function collect(elements: readonly Element[], flags: readonly string[]): ListResult {
  const recipients: ListedRecipient[] = []
  for (const { tokens, group } of elements) {
    const result = readMailbox(tokens)
    if ('unparsable' in result) return result
    for (const recipient of result.recipients)
      recipients.push(flagged(recipient, [...flags, ...(group ? ['group'] : [])]))
    if (recipients.length > MOST) return { unparsable: `holds more than ${MOST} addresses` }
  }
  return { recipients }
}

interface Element {
  readonly tokens: readonly Token[]
  readonly group: boolean
}

/** Parts the list: commas, semicolons and line ends outside of angle brackets; groups are opened. */
function elementsOf(
  tokens: readonly Token[],
): { readonly elements: readonly Element[] } | { readonly unparsable: string } {
  const elements: Element[] = []
  let current: Token[] = []
  let [group, angle] = [false, false]
  const close = (): void => {
    if (current.some(({ kind }) => kind !== 'space')) elements.push({ tokens: current, group })
    current = []
  }
  for (const token of tokens) {
    const sign = token.kind === 'special' || token.kind === 'newline' ? token.text : ''
    angle = sign === '<' || (angle && sign !== '>' && token.kind !== 'newline')
    if (opensGroup(sign, angle, group, current)) {
      current = []
      group = true
    } else if (parts(token, angle)) {
      close()
      group &&= sign !== ';'
    } else current.push(token)
  }
  if (group) return { unparsable: 'has a group that does not end' }
  close()
  return { elements }
}

function opensGroup(
  sign: string,
  angle: boolean,
  group: boolean,
  before: readonly Token[],
): boolean {
  if (sign !== ':' || angle || group) return false
  return before.length > 0 && before.every(({ kind }) => kind !== 'special')
}

function parts({ kind, text }: Token, angle: boolean): boolean {
  if (kind === 'newline') return true
  return kind === 'special' && !angle && (text === ',' || text === ';')
}
