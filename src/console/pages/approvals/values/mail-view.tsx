import type { ReactNode } from 'react'
import { CodeBlock } from '../../../design/code-block.tsx'
import { VisibleText } from '../../../design/visible-text.tsx'
import type { Mail } from './mail.ts'

/** A message as its reader will get it. */
export function MailView({
  mail: { to, subject, body },
  value,
}: {
  readonly mail: Mail
  readonly value: Readonly<Record<string, unknown>>
}): ReactNode {
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
      {body !== undefined && <CodeBlock label={body} text={String(value[body])} />}
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
