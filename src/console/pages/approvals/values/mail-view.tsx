import type { ReactNode } from 'react'
import { CodeBlock } from '../../../design/code-block.tsx'
import { VisibleText } from '../../../design/visible-text.tsx'
import { type Flow, type FlowValue, valuesAt, worstFirst } from '../../../flow/flow-facts.ts'
import { OriginNotes } from '../../../flow/origin-notes.tsx'
import { type Mail, stepTo } from './mail.ts'

/** A message as its reader will get it. */
export function MailView({
  mail: { to, subject, body },
  value,
  at,
  flow,
}: {
  readonly mail: Mail
  readonly value: Readonly<Record<string, unknown>>
  /** JSON Pointer. */
  readonly at: string
  /** Where its values came from. */
  readonly flow?: Flow | undefined
}): ReactNode {
  const origins = (names: readonly string[]): readonly FlowValue[] =>
    worstFirst(names.flatMap((name) => valuesAt(flow, stepTo(at, name))))
  return (
    <figure className="approvals-mail" aria-label="Message">
      <dl className="approvals-mail-head">
        {[...to, ...(subject === undefined ? [] : [subject])].map((name) => (
          <div key={name}>
            <dt>
              <VisibleText text={name} />
            </dt>
            <dd>
              {linesOf(value[name]).map(({ key, text }) => (
                <span key={key} data-main={name === subject || undefined}>
                  <VisibleText text={text} />
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <OriginNotes values={origins(subject === undefined ? to : [...to, subject])} />
      {body !== undefined && (
        <>
          <CodeBlock label={body} text={String(value[body])} />
          <OriginNotes values={origins([body])} />
        </>
      )}
    </figure>
  )
}

function linesOf(value: unknown): readonly { readonly key: string; readonly text: string }[] {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value]
  return all.map((one, index) => ({
    key: String(index),
    text: typeof one === 'string' ? one : JSON.stringify(one),
  }))
}
