import { MessageSquareQuote } from 'lucide-react'
import type { ReactNode } from 'react'
import { Chip } from '../../design/chip.tsx'
import { CodeBlock } from '../../design/code-block.tsx'
import { Facts, Section } from '../../design/drawer.tsx'
import { Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { CredentialsSection } from './credentials.tsx'
import { withUnseen } from './hidden-text.ts'
import { reachLine, type ServerDetail } from './server-state.ts'

/** What stands beside the tools of a server. */
export function ServerFacts({ server }: { readonly server: ServerDetail }): ReactNode {
  const { prompts } = server
  return (
    <div className="servers-side">
      <Claim claim={server.claim} />
      <Reaching server={server} />
      <CredentialsSection server={server} />
      {prompts.length > 0 && (
        <Section title="Prompts">
          <ul className="rows">
            {prompts.map((prompt) => (
              <li key={prompt}>
                <code className="rows-main">
                  <VisibleText text={prompt} />
                </code>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </div>
  )
}

function Claim({ claim }: Pick<ServerDetail, 'claim'>): ReactNode {
  const said = (text: string): ReactNode => <VisibleText text={withUnseen(text)} />
  return (
    <Section
      title="Identity"
      actions={
        claim !== undefined && (
          <Chip tone="wait" icon={MessageSquareQuote}>
            its own claim
          </Chip>
        )
      }
    >
      {claim === undefined ? (
        <p className="quiet">It has not been reached yet, so it has said nothing of itself.</p>
      ) : (
        <>
          <Facts
            rows={[
              ['Name', claim.name === '' ? 'none' : said(claim.name)],
              ['Title', claim.title && said(claim.title)],
              ['Version', claim.version === '' ? 'none' : said(claim.version)],
              ['Protocol', `${claim.revision} (${claim.era})`],
            ]}
          />
          {claim.instructions !== undefined && (
            <CodeBlock label="Instructions to models" text={withUnseen(claim.instructions)} />
          )}
          <p className="field-hint">
            Nobody vouches for it. What a server says of itself decides nothing.
          </p>
        </>
      )}
    </Section>
  )
}

function Reaching({ server }: { readonly server: ServerDetail }): ReactNode {
  const { reaching, revision, state } = server
  const { transport, cwd } = reaching
  const local = transport === 'stdio'
  return (
    <Section title="How it is reached">
      {transport !== 'virtual' && (
        <CodeBlock label={local ? 'Command' : 'Address'} text={reachLine(reaching)} />
      )}
      <Facts
        rows={[
          ['Transport', transport],
          ['Folder', cwd && <code key="cwd">{cwd}</code>],
          ['Revision asked for', revision],
          ['Connections open', state.links],
          [
            'Connected last',
            transport === 'virtual' ? undefined : <Time key="at" at={state.connected} />,
          ],
          ['Tools listed', state.listed ? 'all of them' : 'not to their end yet'],
        ]}
      />
    </Section>
  )
}
