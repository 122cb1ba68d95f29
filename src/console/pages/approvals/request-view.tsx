import { ArrowLeft, Undo2 } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import type { Output } from '../../api/call.ts'
import { useChange, useRead } from '../../api/queries.ts'
import { useMay, useMe } from '../../app/me.tsx'
import { PlaceLink, usePlace } from '../../app/place.tsx'
import { say } from '../../app/say.ts'
import { Button } from '../../design/button.tsx'
import { StateChip } from '../../design/chip.tsx'
import { useConfirm } from '../../design/confirm.tsx'
import { CopyButton } from '../../design/copy-button.tsx'
import { ErrorPanel } from '../../design/error-panel.tsx'
import { Loaded } from '../../design/loaded.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { AnswerDock, type Offer } from './answer-dock.tsx'
import { deedOf, type Request } from './deed.ts'
import { Expiry } from './expiry.tsx'
import { FlowRemedies } from './flow-remedies.tsx'
import { nameOf } from './groups.ts'
import { Standing } from './standing.tsx'
import { WhatExactly } from './what-exactly.tsx'
import { WhoAsks } from './who-asks.tsx'
import { WhatAnAnswerIs, WhyItWaits } from './why-it-waits.tsx'

type Shown = Output<'approvals.show'>

/** One request: what exactly will happen, why somebody is asked, and their answer. */
export function RequestView({ id }: { readonly id: string }): ReactNode {
  const { search } = usePlace()
  const query = useRead('approvals.show', { id })
  const body = useRef<HTMLElement>(null)
  // Whoever opened it by keyboard reads on here.
  useEffect(() => {
    void id
    body.current?.focus({ preventScroll: true })
  }, [id])
  const { data, error } = query
  return (
    <article ref={body} tabIndex={-1} className="approvals-request" aria-label="The request">
      <PlaceLink to={{ page: 'approvals', search }} className="link approvals-back">
        <ArrowLeft aria-hidden /> All requests
      </PlaceLink>
      {data === undefined && error?.code === 'item_unknown' ? (
        <ErrorPanel error={error} title="There is no such request, or it is not yours to see" />
      ) : (
        <Loaded query={query} rows={12}>
          {(shown) => <Content shown={shown} />}
        </Loaded>
      )}
    </article>
  )
}

function Content({ shown }: { readonly shown: Shown }): ReactNode {
  const { approval, mayAnswer, why } = shown
  const me = useMe()
  const own = approval.votes.find(({ user }) => user === me?.id)
  return (
    <>
      <div className="approvals-content">
        <Head request={approval} />
        <WhyItWaits request={approval} />
        <WhatExactly request={approval} />
        <FlowRemedies request={approval} />
        <WhoAsks request={approval} />
        <WhatAnAnswerIs request={approval} />
        <End shown={shown} />
      </div>
      {me !== undefined && (
        <AnswerDock request={approval} user={me.id} offer={offerOf(approval, mayAnswer, own)}>
          <Standing request={approval} user={me.id} why={why} />
        </AnswerDock>
      )}
    </>
  )
}

function offerOf(
  { state, digest }: Request,
  mayAnswer: boolean,
  own: Request['votes'][number] | undefined,
): Offer {
  if (!mayAnswer || state !== 'pending' || digest === '') return 'none'
  if (own === undefined) return 'both'
  return own.verdict === 'approve' ? 'decline' : 'none'
}

/** What will happen, in one sentence. */
function Head({ request }: { readonly request: Request }): ReactNode {
  const { state, created, expires, subject, server, target, actors = [] } = request
  const agent = actors.at(-1)
  return (
    <header className="approvals-head">
      <div className="approvals-state">
        <StateChip state={state} />
        {(state === 'pending' || state === 'approved') && <Expiry from={created} until={expires} />}
      </div>
      <h2 className="approvals-sentence">
        <b>
          <VisibleText text={nameOf(subject)} />
        </b>
        ’s client <Client request={request} />
        {agent !== undefined && (
          <>
            {' '}
            and <VisibleText text={nameOf(agent)} />
          </>
        )}{' '}
        {agent === undefined ? 'wants' : 'want'} to{' '}
        {deedOf(request).map(({ text, value = false }, index) =>
          value ? (
            <b key={index}>
              <VisibleText text={text} />
            </b>
          ) : (
            text
          ),
        )}{' '}
        through{' '}
        <b className="approvals-tool">
          <VisibleText text={`${server}.${target}`} />
        </b>
      </h2>
    </header>
  )
}

/** What the client calls itself is its own word. */
function Client({ request: { claims, client } }: { readonly request: Request }): ReactNode {
  if (claims === undefined || claims.name === '')
    return (
      <b>
        <VisibleText text={client} />
      </b>
    )
  return (
    <q className="approvals-claim" title="What the client calls itself; nobody has checked it">
      <VisibleText text={claims.name} />
    </q>
  )
}

function End({ shown: { approval, mine } }: { readonly shown: Shown }): ReactNode {
  const mayDecide = useMay('approvals.decide')
  const withdraw = useChange('approvals.withdraw', { touches: ['me'] })
  const { ask, dialog } = useConfirm()
  const { id, digest, state } = approval
  const mayWithdraw = (mine || mayDecide) && (state === 'pending' || state === 'approved')
  return (
    <footer className="approvals-end">
      <p className="quiet">
        Digest{' '}
        <code title={digest}>
          {digest.slice(0, 8)} {digest.slice(-8)}
        </code>
        <CopyButton text={digest} what="digest" /> names exactly this call, for this person and
        client, with this tool and these policies. An answer counts for nothing else.
      </p>
      {mayWithdraw && (
        <Button
          look="bare"
          size="small"
          icon={Undo2}
          onClick={() =>
            ask({
              title: 'Take this request back?',
              verb: 'Take it back',
              words: 'Nobody can approve it any more. If the call is made again, it is asked anew.',
              run: async () => {
                await withdraw.mutateAsync({ id })
                say('The request was taken back')
              },
            })
          }
        >
          Take it back
        </Button>
      )}
      {dialog}
    </footer>
  )
}
