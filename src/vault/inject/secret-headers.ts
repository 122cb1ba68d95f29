import type { SecretReference } from '../../kernel/secret-reference.ts'
import { askedBy, type Injection, oneLine, referencesIn, type SecretTexts } from './secret-texts.ts'

/** The secret headers of a server, for one caller. */
export interface SecretHeaders {
  /** In lower case. */
  readonly names: readonly string[]
  /** Names and values in turn, from memory; undefined when one of them has to be read. */
  atHand(): readonly string[] | undefined
  /** @throws GatewayError as `Resolver.resolve`. */
  read(): Promise<readonly string[]>
  /**
   * Hears that the server refused these: names and values in turn. Reads them anew; where that gives the same, the version
   * before is shown from now on, while it is accepted.
   *
   * @returns whether the next request shows something else.
   * @throws GatewayError as `read`.
   */
  refused(sent: readonly string[]): Promise<boolean>
}

interface SecretHeader {
  readonly name: string
  readonly reference: SecretReference
}

/** @param headers those without a secret are left out: they are sent elsewhere. */
export function secretHeaders(injection: Injection, headers: SecretTexts): SecretHeaders {
  const { server, resolver } = injection
  const asked = askedBy(injection)
  const before = { ...asked, previous: true }
  const all: readonly SecretHeader[] = referencesIn(headers).map(([name, reference]) => ({
    ...{ name: name.toLowerCase(), reference },
  }))
  // By header: a current value that was refused, in whose stead the one before it is shown.
  const refusedValues = new Map<string, string>()
  const framed = ({ reference }: SecretHeader, value: string): string =>
    oneLine(server, reference, reference.prefix + value)

  const previousOf = async ({ reference }: SecretHeader): Promise<string | undefined> => {
    if (reference.provider !== 'vault' && reference.provider !== 'user') return undefined
    return resolver.resolve(reference, before).catch(() => undefined)
  }
  const peek = ({ name, reference }: SecretHeader): string | undefined => {
    const current = resolver.peek(reference, asked)
    if (current === undefined || refusedValues.get(name) !== current) return current
    return resolver.peek(reference, before)
  }
  const readOne = async (header: SecretHeader): Promise<string> => {
    const current = await resolver.resolve(header.reference, asked)
    if (refusedValues.get(header.name) !== current) return current
    const previous = await previousOf(header)
    // Its time is over: there is nothing but the current one.
    if (previous === undefined) refusedValues.delete(header.name)
    return previous ?? current
  }
  const read = async (): Promise<readonly string[]> => {
    const list: string[] = []
    for (const header of all) list.push(header.name, framed(header, await readOne(header)))
    return list
  }
  let shown: readonly string[] = []
  const differs = async (sent: readonly string[]): Promise<boolean> => {
    const now = await read()
    return all.some(({ name }, index) => sentAs(sent, name) !== now[index * 2 + 1])
  }
  const turnBack = async (sent: readonly string[]): Promise<boolean> => {
    for (const header of all) {
      const current = await resolver.resolve(header.reference, asked)
      if (sentAs(sent, header.name) !== framed(header, current)) refusedValues.delete(header.name)
      else if ((await previousOf(header)) !== undefined) refusedValues.set(header.name, current)
    }
    return differs(sent)
  }
  return {
    names: all.map(({ name }) => name),
    atHand() {
      const list: string[] = []
      for (const header of all) {
        const value = peek(header)
        if (value === undefined) return undefined
        list.push(header.name, framed(header, value))
      }
      shown = list
      return list
    },
    async read() {
      shown = await read()
      return shown
    },
    async refused(told) {
      const sent = isWhole(told, all) ? told : shown
      if (await differs(sent)) return true
      for (const { reference } of all) resolver.forget(reference, asked)
      return (await differs(sent)) || turnBack(sent)
    },
  }
}

/** Whether values stand among what was sent. Where they do not, what was shown last stands for it. */
function isWhole(sent: readonly string[], all: readonly SecretHeader[]): boolean {
  const isName = (text: string): boolean =>
    all.some(({ name }) => name === text.toLowerCase()) || /^(?:authorization|dpop)$/i.test(text)
  return all.every(({ name }) => !isName(sentAs(sent, name) ?? name))
}

/** What was sent under a name: names and values stand in turn. */
function sentAs(sent: readonly string[], name: string): string | undefined {
  for (let at = 0; at + 1 < sent.length; at += 2)
    if (sent[at]?.toLowerCase() === name) return sent[at + 1]
  return undefined
}
