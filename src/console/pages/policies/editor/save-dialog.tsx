import { type ReactNode, useState } from 'react'
import { ApiError } from '../../../api/api-error.ts'
import { useChange, useRead } from '../../../api/queries.ts'
import { useGo } from '../../../app/place.tsx'
import { say } from '../../../app/say.ts'
import { Button } from '../../../design/button.tsx'
import { Dialog, DialogEnd } from '../../../design/dialog.tsx'
import { Form, TextField } from '../../../design/form.tsx'
import { SkeletonRows } from '../../../design/skeleton.tsx'
import { Time } from '../../../design/time.tsx'
import { VisibleText } from '../../../design/visible-text.tsx'
import { changeOf, type Draft, draftOf, namesOf } from './draft.ts'
import { TextDiff } from './text-diff.tsx'
import { setDraft } from './use-draft.ts'

/** Keeps a draft as a new version. Who was overtaken sees by whom, and by what, before anything is kept. */
export function SaveDialog({
  draft,
  onClose,
}: {
  readonly draft: Draft
  readonly onClose: () => void
}): ReactNode {
  const go = useGo()
  const save = useChange('policies.save')
  const [comment, setComment] = useState('')
  const overtaken = save.error instanceof ApiError && save.error.code === 'version_conflict'
  const keep = (base: number): void =>
    save.mutate(
      { files: draft.files, comment, base },
      {
        onSuccess: ({ version: { version } }) => {
          setDraft(draftOf(draft.files, version, version))
          say(`Saved as version ${version}`, 'It decides nothing until you put it in force.')
          onClose()
          go({ page: 'policies', item: 'versions', part: String(version) })
        },
      },
    )
  const gone = Object.keys(draft.original).filter((name) => draft.files[name] === undefined)
  const changes = namesOf(draft.files).filter((name) => changeOf(draft, name) !== undefined)
  return (
    <Dialog
      open
      wide={overtaken}
      title="Save a version"
      description="It is kept and numbered, and decides nothing until you put it in force."
      onClose={onClose}
    >
      {overtaken ? (
        <Overtaken draft={draft} busy={save.isPending} onKeep={keep} onClose={onClose} />
      ) : (
        <Form error={save.error} onSubmit={() => keep(draft.base)}>
          <TextField
            name="comment"
            label="What changes, and why"
            long
            value={comment}
            onChange={setComment}
            hint={`Changed: ${[...changes, ...gone.map((name) => `${name} (taken out)`)].join(', ')}`}
          />
          <DialogEnd>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" look="main" busy={save.isPending}>
              Save
            </Button>
          </DialogEnd>
        </Form>
      )}
    </Dialog>
  )
}

function Overtaken({
  draft,
  busy,
  onKeep,
  onClose,
}: {
  readonly draft: Draft
  readonly busy: boolean
  readonly onKeep: (base: number) => void
  readonly onClose: () => void
}): ReactNode {
  const newest = useRead('policies.versions', { limit: '1' }).data?.items[0]
  const theirs = useRead(
    'policies.version',
    { version: String(newest?.version) },
    { when: newest !== undefined },
  ).data?.version
  if (theirs === undefined) return <SkeletonRows count={4} />
  const { version, author, comment, created, files } = theirs
  const differing = namesOf({ ...files, ...draft.files }).filter(
    (name) => files[name] !== draft.files[name],
  )
  return (
    <>
      <div className="dialog-words" role="alert">
        <p>
          Nothing was saved: <b>{author}</b> saved version {version} <Time at={created} />, after
          you began{comment === '' ? '.' : ': '}
          {comment !== '' && <VisibleText text={comment} />}
        </p>
        <p>
          Below is what your draft would change of theirs. If you save it on top, version {version}{' '}
          stays where it is, and yours is the newest.
        </p>
      </div>
      <div className="policies-overtaken">
        {differing.map((name) => (
          <TextDiff
            key={name}
            label={name}
            before={files[name] ?? ''}
            after={draft.files[name] ?? ''}
          />
        ))}
      </div>
      <DialogEnd>
        <Button onClick={onClose}>Go on writing</Button>
        <Button
          look="danger"
          onClick={() => {
            setDraft(draftOf(files, version, version))
            onClose()
          }}
        >
          Give mine up, open theirs
        </Button>
        <Button look="main" busy={busy} onClick={() => onKeep(version)}>
          Save mine on top
        </Button>
      </DialogEnd>
    </>
  )
}
