import type { StoppedGrant } from '../../gateway/screen/screening.ts'
import type { Identity } from '../../identity/identity.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { Witness } from '../../kernel/event.ts'
import type { Oauth } from '../../oauth/oauth.ts'
import { noteChanges } from '../../store/note-change.ts'
import type { Store } from '../../store/store.ts'

/** Who can end what was granted: known once the listener has its address. */
interface Around {
  readonly oauth: Pick<Oauth, 'grants'>
  readonly identity: Pick<Identity, 'end'>
}

export interface EndedGrants {
  /** Ends a grant on all replicas. Rejects as the witness and the database do. */
  end(stopped: StoppedGrant): Promise<void>
  /** Nothing can be ended before this. */
  meet(around: Around): void
}

/** Ends grants where a screen says so. */
export function endedGrants(store: Store, witness: Witness): EndedGrants {
  let met: Around | undefined
  return {
    meet: (around) => {
      met = around
    },
    async end({ grant, subject, client, call, screens }) {
      if (met === undefined) throw new GatewayError('store_unavailable', 'the gateway is starting')
      const { oauth, identity } = met
      // False where another call of it was first: then it has ended as well.
      if (grant !== '') return void (await oauth.grants.revoke(grant, 'screen'))
      // A token of another issuer belongs to no grant of ours: all that its subject holds is void.
      const [kind = '', id = ''] = /^(user|agent):(.+)$/s.exec(subject)?.slice(1) ?? []
      if (kind !== 'user' && kind !== 'agent') return
      const detail = { reason: 'screen', call, screens: [...screens] }
      await witness({ event: 'session.ended', outcome: 'done', subject, client, detail })
      const at = Date.now()
      await store.db
        .transaction()
        .execute((trx) => noteChanges(trx, [{ kind, id, what: 'revoked' }], at))
      identity.end([{ kind, id, at }])
    },
  }
}
