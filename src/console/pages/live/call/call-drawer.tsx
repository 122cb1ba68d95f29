import { FilePlus2, Hash, Link2, Repeat2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { useRead } from '../../../api/queries.ts'
import { useGo, usePlace } from '../../../app/place.tsx'
import { say, sayFailure } from '../../../app/say.ts'
import { Button } from '../../../design/button.tsx'
import { StateChip } from '../../../design/chip.tsx'
import { Drawer } from '../../../design/drawer.tsx'
import { Loaded } from '../../../design/loaded.tsx'
import { MenuItem, MoreMenu } from '../../../design/menu.tsx'
import { Tabs } from '../../../design/tabs.tsx'
import { VisibleText } from '../../../design/visible-text.tsx'
import { stateOf } from '../words.ts'
import { CarriedView } from './carried-view.tsx'
import { DecisionView } from './decision-view.tsx'
import type { Detail } from './detail.ts'
import { FlowTab } from './flow-tab.tsx'
import { RecordView } from './record-view.tsx'
import { ReplayView } from './replay-view.tsx'
import { RuleView } from './rule-view.tsx'
import { Summary } from './summary.tsx'
import { useReveal } from './use-reveal.ts'
import { WhoView } from './who-view.tsx'

/** One call: what was decided and why, who called, what it carried, and where it is on record. */
export function CallDrawer({ id }: { readonly id: string }): ReactNode {
  const { search } = usePlace()
  const go = useGo()
  const query = useRead('calls.show', { id })
  const { view: _, ...rest } = search
  const detail = query.data?.call
  return (
    <Drawer
      open
      wide
      eyebrow={detail === undefined ? 'Call' : <>Call to {<VisibleText text={detail.server} />}</>}
      title={
        <span className="call-title">
          <VisibleText text={detail?.target ?? id} />
          {detail !== undefined && <StateChip state={stateOf(detail)} />}
        </span>
      }
      actions={<CopyMenu id={id} />}
      onClose={() => go({ page: 'live', search: rest })}
    >
      <Loaded query={query}>{({ call }) => <CallViews call={call} />}</Loaded>
    </Drawer>
  )
}

function CallViews({ call }: { readonly call: Detail }): ReactNode {
  const { search } = usePlace()
  const go = useGo()
  const reveal = useReveal(call.id)
  const show = (view: string): void =>
    go({ page: 'live', item: call.id, search: { ...search, view } }, { replace: true })
  const tabs = [
    {
      id: 'decision',
      title: 'Decision',
      content: <DecisionView call={call} revealed={reveal.revealed} />,
    },
    { id: 'from', title: 'Where from', content: <FlowTab call={call} reveal={reveal} /> },
    { id: 'who', title: 'Who', content: <WhoView call={call} /> },
    {
      id: 'carried',
      title: 'What it carried',
      content: <CarriedView call={call} reveal={reveal} />,
    },
    { id: 'record', title: 'Record', content: <RecordView call={call} /> },
    { id: 'replay', title: 'Replay', content: <ReplayView id={call.id} /> },
    { id: 'rule', title: 'Rule', content: <RuleView call={call} reveal={reveal} /> },
  ]
  const open = tabs.find(({ id }) => id === search['view'])?.id ?? 'decision'
  return (
    <>
      <Summary call={call} />
      <div className="actions">
        <Button icon={FilePlus2} onClick={() => show('rule')}>
          Make a rule from this
        </Button>
        <Button icon={Repeat2} onClick={() => show('replay')}>
          Replay against a draft
        </Button>
      </div>
      <Tabs tabs={tabs} value={open} onChange={show} />
    </>
  )
}

function CopyMenu({ id }: { readonly id: string }): ReactNode {
  const copy = async (text: string, what: string): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text)
      say(`${what} copied`)
    } catch (error) {
      sayFailure(`${what} was not copied`, error)
    }
  }
  const link = `${window.location.origin}/console/live/${encodeURIComponent(id)}`
  return (
    <MoreMenu label="Copy of this call">
      <MenuItem icon={Link2} onSelect={() => void copy(link, 'Link')}>
        Copy link
      </MenuItem>
      <MenuItem icon={Hash} onSelect={() => void copy(id, 'Id')}>
        Copy id
      </MenuItem>
    </MoreMenu>
  )
}
