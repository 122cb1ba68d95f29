import { asMap } from './plain-value.ts'
import { member } from './schema-tree.ts'
import { isReference, literalSecret } from './secret.ts'

interface Finding {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** What the shape of `identity` does not show: secrets in clear, and names that lead nowhere. */
export function checkIdentity(identity: unknown): readonly Finding[] {
  const providers = asMap(member(identity, 'providers'))
  return [
    ...Object.entries(providers).flatMap(([name, one]) =>
      checkProvider(['identity', 'providers', name], one),
    ),
    ...Object.entries(asMap(member(identity, 'assertions'))).flatMap(([name, one]) => {
      const provider = member(one, 'provider')
      if (typeof provider !== 'string' || Object.hasOwn(providers, provider)) return []
      const path = ['identity', 'assertions', name, 'provider']
      return [{ path, message: `there is no \`identity.providers.${provider}\`` }]
    }),
  ]
}

function checkProvider(path: readonly PropertyKey[], provider: unknown): readonly Finding[] {
  const given = ['clientSecret', 'clientKey'].filter((key) => member(provider, key) !== undefined)
  if (given.length !== 1) {
    const message = 'needs one of `clientSecret` and `clientKey`, as a reference'
    return [{ path, message }]
  }
  return given.flatMap((key) => {
    const text = member(provider, key)
    if (typeof text !== 'string' || isReference(text)) return []
    return [{ path: [...path, key], message: literalSecret(`${String(path.at(-1))}_${key}`) }]
  })
}
