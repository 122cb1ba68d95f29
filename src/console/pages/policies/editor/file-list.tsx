import { FileCheck2, FilePlus2, FileText, Pencil, ShieldCheck, Trash2 } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { PlaceLink, useGo, usePlace } from '../../../app/place.tsx'
import { Button } from '../../../design/button.tsx'
import { useConfirm } from '../../../design/confirm.tsx'
import { Dialog, DialogEnd } from '../../../design/dialog.tsx'
import { Field } from '../../../design/form.tsx'
import { MenuItem, MoreMenu } from '../../../design/menu.tsx'
import {
  changeOf,
  type Draft,
  nameFault,
  namesOf,
  withName,
  withoutFile,
  withText,
} from './draft.ts'
import type { Finding } from './findings.ts'
import { beginOf } from './template.ts'
import { changeDraft } from './use-draft.ts'

/** The files of a draft: which one is open, which have changed, and what is wrong with each. */
export function FileList({
  draft,
  open,
  findings,
}: {
  readonly draft: Draft
  readonly open: string | undefined
  readonly findings: readonly Finding[]
}): ReactNode {
  const [naming, setNaming] = useState<{ readonly of?: string }>()
  const { ask, dialog } = useConfirm()
  return (
    <nav className="policies-files" aria-label="Files">
      <ul>
        {namesOf(draft.files).map((name) => (
          <li key={name} data-open={name === open || undefined}>
            <FileLink name={name} draft={draft} open={open} findings={findings} />
            <MoreMenu label={name}>
              <MenuItem icon={Pencil} onSelect={() => setNaming({ of: name })}>
                Rename
              </MenuItem>
              <MenuItem
                icon={Trash2}
                danger
                onSelect={() =>
                  ask({
                    title: `Take ${name} out?`,
                    verb: 'Take it out',
                    words:
                      'It is gone from this draft. Versions that were saved keep it, and what is in force changes only when a version is put in force.',
                    run: async () => changeDraft((now) => withoutFile(now, name)),
                  })
                }
              >
                Take out
              </MenuItem>
            </MoreMenu>
          </li>
        ))}
      </ul>
      <Button look="bare" icon={FilePlus2} onClick={() => setNaming({})}>
        New file
      </Button>
      {naming !== undefined && (
        <NameDialog
          draft={draft}
          {...(naming.of === undefined ? {} : { of: naming.of })}
          onClose={() => setNaming(undefined)}
        />
      )}
      {dialog}
    </nav>
  )
}

const WORDS = { new: 'new', changed: 'changed' } as const

function FileLink({
  name,
  draft,
  open,
  findings,
}: {
  readonly name: string
  readonly draft: Draft
  readonly open: string | undefined
  readonly findings: readonly Finding[]
}): ReactNode {
  const { search } = usePlace()
  const Icon = iconOf(name)
  const change = changeOf(draft, name)
  const errors = findings.filter((one) => one.file === name && one.severity === 'error').length
  return (
    <PlaceLink
      className="policies-file"
      current={name === open}
      to={{ page: 'policies', item: 'editor', part: name, search: panelOf(search) }}
    >
      <Icon aria-hidden />
      <span className="policies-file-name">{name}</span>
      {change !== undefined && <span className="policies-file-change">{WORDS[change]}</span>}
      {errors > 0 && (
        <span className="policies-file-errors numbers">
          {errors}
          <span className="unseen"> {errors === 1 ? 'error' : 'errors'}</span>
        </span>
      )}
    </PlaceLink>
  )
}

/** Of what stands in the address what the editor keeps from file to file. */
function panelOf({ panel }: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return panel === undefined ? {} : { panel }
}

function iconOf(name: string) {
  if (name.endsWith('.cedar')) return ShieldCheck
  return name.endsWith('.test.yaml') ? FileCheck2 : FileText
}

function NameDialog({
  draft,
  of,
  onClose,
}: {
  readonly draft: Draft
  /** The file that gets another name; a new file without it. */
  readonly of?: string
  readonly onClose: () => void
}): ReactNode {
  const go = useGo()
  const { search } = usePlace()
  const [name, setName] = useState(of ?? '')
  const fault = name === of || name === '' ? undefined : nameFault(name, draft.files)
  const keep = (): void => {
    if (name === '' || fault !== undefined) return
    if (name !== of)
      changeDraft((now) =>
        of === undefined ? withText(now, name, beginOf(name)) : withName(now, of, name),
      )
    onClose()
    go({ page: 'policies', item: 'editor', part: name, search: panelOf(search) })
  }
  return (
    <Dialog open title={of === undefined ? 'New file' : `Rename ${of}`} onClose={onClose}>
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          keep()
        }}
      >
        <Field
          name="name"
          label="Name"
          hint={
            fault ??
            'mail.cedar holds policies, mail.yaml guards and limits, mail.test.yaml their tests'
          }
        >
          {(control) => (
            <input
              {...control}
              aria-invalid={fault !== undefined}
              className="input"
              autoComplete="off"
              spellCheck={false}
              placeholder="mail.cedar"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <DialogEnd>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="main" disabled={name === '' || fault !== undefined}>
            {of === undefined ? 'Add the file' : 'Rename'}
          </Button>
        </DialogEnd>
      </form>
    </Dialog>
  )
}
