import { UserRoundX } from 'lucide-react'
import type { ReactNode } from 'react'
import { Chip } from '../../../design/chip.tsx'
import { CopyButton } from '../../../design/copy-button.tsx'
import { VisibleText } from '../../../design/visible-text.tsx'
import { type Address, addressOf } from './address.ts'

/** An address: where it really leads stands out. */
export function AddressView({
  text,
  label,
}: {
  readonly text: string
  readonly label: string
}): ReactNode {
  const address = addressOf(text)
  if (address === undefined) return <VisibleText text={text} />
  const { scheme, host, letters, port, rest, href } = address
  return (
    <div className="approvals-value">
      <div className="approvals-address">
        <p className="mono">
          <span className="quiet">
            <VisibleText text={`${scheme}//`} />
          </span>
          <b>
            <VisibleText text={host} />
          </b>
          {port !== '' && <span>:{port}</span>}
          <span className="approvals-soft">
            <VisibleText text={rest} />
          </span>
        </p>
        <CopyButton text={text} what={label} />
      </div>
      {letters !== undefined && (
        <p>
          In its own letters: <VisibleText text={letters} />
        </p>
      )}
      <Person address={address} />
      {href !== text && (
        <p>
          <span className="quiet">As given:</span>{' '}
          <code>
            <VisibleText text={text} />
          </code>
        </p>
      )}
    </div>
  )
}

function Person({ address: { person, host } }: { readonly address: Address }): ReactNode {
  if (person === '') return null
  return (
    <p>
      <Chip tone="wait" icon={UserRoundX}>
        holds a user name
      </Chip>{' '}
      <code>
        <VisibleText text={person} />
      </code>{' '}
      is sent to <VisibleText text={host} />; it is not where this leads.
    </p>
  )
}
