import type { GatewayError } from '../../kernel/errors.ts'
import { type Content, type Html, html } from './html.ts'

/** One thing that is wrong, and the field to put it right in. */
export interface Mistake {
  /** Id of the field; undefined if it is none in particular. */
  readonly field?: string
  readonly text: string
}

/** The words of an error, as a sentence. */
export function sentenceOf({ message }: GatewayError): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`
}

/** The summary above a form: what is wrong, each linked to its field. Nothing without mistakes. */
export function summary(mistakes: readonly Mistake[]): Html | undefined {
  if (mistakes.length === 0) return undefined
  return html`<div class="summary" role="alert" tabindex="-1" autofocus aria-labelledby="summary-title">
<h2 id="summary-title">There is a problem</h2>
<ul>${mistakes.map(({ field, text }) =>
    field === undefined ? html`<li>${text}</li>` : html`<li><a href="#${field}">${text}</a></li>`,
  )}</ul>
</div>`
}

/** A field for one line of text. */
export interface Field {
  readonly id: string
  readonly label: string
  readonly type: 'text' | 'password'
  readonly autocomplete: string
  readonly hint?: Content
  readonly value?: string | undefined
  readonly maxLength: number
  readonly focus?: boolean
}

/** A labelled field with its hint and what is wrong with it. */
export function field(one: Field, mistakes: readonly Mistake[] = []): Html {
  const wrong = mistakes.find((mistake) => mistake.field === one.id)
  const notes = [
    one.hint === undefined ? '' : `${one.id}-hint`,
    wrong === undefined ? '' : `${one.id}-error`,
  ].filter((id) => id !== '')
  return html`<div class="field${wrong ? ' wrong' : ''}">
<label for="${one.id}">${one.label}</label>
${one.hint !== undefined && html`<p class="hint" id="${one.id}-hint">${one.hint}</p>`}
${wrong && html`<p class="error" id="${one.id}-error"><strong>Error:</strong> ${wrong.text}</p>`}
<input id="${one.id}" name="${one.id}" type="${one.type}" autocomplete="${one.autocomplete}" autocapitalize="none" spellcheck="false" maxlength="${one.maxLength}" required${
    one.value !== undefined && html` value="${one.value}"`
  }${notes.length > 0 && html` aria-describedby="${notes.join(' ')}"`}${
    wrong && html` aria-invalid="true"`
  }${one.focus === true && wrong === undefined && html` autofocus`}>
</div>`
}

/** The field that shows that a form is of our own page. */
export function tokenField(token: string): Html {
  return html`<input type="hidden" name="token" value="${token}">`
}

/** A remark that has to be seen: `note` informs, `warning` asks for care. */
export function callout(kind: 'note' | 'warning' | 'good', title: string, text: Content): Html {
  return html`<div class="callout ${kind}"><p><strong>${title}</strong></p><p>${text}</p></div>`
}
