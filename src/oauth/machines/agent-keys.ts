import type { Agent } from '../../kernel/accounts.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { SIGNATURES } from './verify-jwt.ts'

/** The keys by which an agent's assertions are verified; what is no key for that is left out. */
export function agentKeys({ keys }: Pick<Agent, 'keys'>): readonly JsonObject[] {
  return keys.flatMap(verifying)
}

/** A key with the one algorithm that it verifies, so that no header can choose a weaker one. */
function verifying(key: JsonObject): readonly JsonObject[] {
  const { kty, crv, kid, use, x, y, n, e } = key
  const fitting = Object.keys(SIGNATURES).filter(
    (name) => SIGNATURES[name]?.kty === kty && SIGNATURES[name]?.crv === crv,
  )
  const alg = key['alg'] ?? fitting[0]
  if ((use !== undefined && use !== 'sig') || typeof alg !== 'string' || !fitting.includes(alg))
    return []
  const common = { kty, use: 'sig', ...(kid === undefined ? {} : { kid }) }
  // RFC 8037 and RFC 9864 name the algorithm of this curve differently, so the curve decides.
  if (kty === 'OKP') return [{ ...common, crv, x }]
  return [{ ...common, alg, ...(kty === 'EC' ? { crv, x, y } : { n, e }) }]
}
