import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { GatewayError } from '../kernel/errors.ts'
import { isObject, type JsonObject } from '../kernel/json.ts'
import type { Clock } from '../kernel/ports.ts'
import type { ApprovalState } from './approvals/state.ts'

/** What a `requestState` of ours carries. It returns from a client: attacker's input until opened. */
export interface SealedState {
  /** The server's own state, to be echoed to it byte for byte. */
  readonly upstream?: string
  /** A call that is parked here, waiting for the client's answers. */
  readonly parked?: string
  /** What stands between the client and us about a human's answer. No server sees it. */
  readonly approval?: ApprovalState
}

/**
 * Seals and opens `requestState` (2026-07-28, basic/patterns/mrtr): AES-256-GCM, bound to who
 * asked for what, so that neither another subject nor another request can use it.
 */
export interface StateSeal {
  /** `binding` names subject, server, method and arguments; the same words are needed to open. */
  seal(state: SealedState, binding: string): string
  /** @throws GatewayError `request_state_invalid` for anything that was not sealed here, for this, in time. */
  open(sealed: string, binding: string): SealedState
}

const LIFETIME = 15 * 60_000
const PREFIX = 'bw1.'

/** @param key 32 random bytes, shared by the replicas that shall understand each other. */
export function stateSeal(key: Uint8Array, now: Clock): StateSeal {
  return {
    seal(state, binding) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(binding))
      const text = JSON.stringify({ ...state, expires: now() + LIFETIME })
      const body = Buffer.concat([
        nonce,
        cipher.update(text, 'utf8'),
        cipher.final(),
        cipher.getAuthTag(),
      ])
      return PREFIX + body.toString('base64url')
    },
    open(sealed, binding) {
      const state = decrypt(key, sealed, binding)
      if (!state || typeof state['expires'] !== 'number' || state['expires'] < now()) {
        throw new GatewayError(
          'request_state_invalid',
          'requestState is not valid for this request',
        )
      }
      const { upstream, parked, approval } = state
      return {
        ...(typeof upstream === 'string' ? { upstream } : {}),
        ...(typeof parked === 'string' ? { parked } : {}),
        // Sealed here and nowhere else, so it is what it was.
        ...(isObject(approval) ? { approval: approval as unknown as ApprovalState } : {}),
      }
    },
  }
}

function decrypt(key: Uint8Array, sealed: string, binding: string): JsonObject | undefined {
  if (!sealed.startsWith(PREFIX)) return undefined
  const body = Buffer.from(sealed.slice(PREFIX.length), 'base64url')
  if (body.length < 12 + 16) return undefined
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, 12))
    decipher.setAAD(Buffer.from(binding))
    decipher.setAuthTag(body.subarray(-16))
    const text = decipher.update(body.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8')
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
