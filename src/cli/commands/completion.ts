import type { Command } from 'commander'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { line } from '../terminal.ts'

/** `bailiwick completion bash|zsh|fish`: a script for the shell, made from the tree of commands. */
export async function completion(
  context: Context,
  shell: 'bash' | 'zsh' | 'fish',
  program: Command,
): Promise<Exit> {
  const places = placesOf(program, [])
  const text = { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](places)
  await line(context, text)
  return 'ok'
}

/** What may follow after some words. */
interface Place {
  readonly words: readonly string[]
  readonly next: readonly { readonly word: string; readonly meaning: string }[]
}

function placesOf(command: Command, words: readonly string[]): readonly Place[] {
  const options = command.options.flatMap(({ long, short, description: meaning }) =>
    [long, short].flatMap((word) => (word ? [{ word, meaning }] : [])),
  )
  const choices = command.registeredArguments.flatMap(({ argChoices = [], description: meaning }) =>
    argChoices.map((word) => ({ word, meaning })),
  )
  const commands = command.commands.map((inner) => ({
    word: inner.name(),
    meaning: inner.description(),
  }))
  const inner = command.commands.flatMap((child) => placesOf(child, [...words, child.name()]))
  return [{ words, next: [...commands, ...choices, ...options] }, ...inner]
}

function bashScript(places: readonly Place[]): string {
  return `_bailiwick() {
  local word at="" current="\${COMP_WORDS[COMP_CWORD]}" next=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == -* ]] || at="$at $word"
  done
  case "$at" in
${cases(places)}
  esac
  COMPREPLY=($(compgen -W "$next" -- "$current"))
}
complete -o default -F _bailiwick bailiwick`
}

function zshScript(places: readonly Place[]): string {
  return `#compdef bailiwick
_bailiwick() {
  local word at="" next=""
  for word in "\${(@)words[2,CURRENT-1]}"; do
    [[ $word == -* ]] || at="$at $word"
  done
  case "$at" in
${cases(places)}
  esac
  compadd -- \${=next}
}
compdef _bailiwick bailiwick`
}

function cases(places: readonly Place[]): string {
  return places
    .map(({ words, next }) => {
      const at = words.map((word) => ` ${word}`).join('')
      return `    "${at}") next="${next.map(({ word }) => word).join(' ')}" ;;`
    })
    .join('\n')
}

function fishScript(places: readonly Place[]): string {
  const lines = places.flatMap(({ words, next }) =>
    next.map(({ word, meaning }) => {
      const at = `-n '__bailiwick_at ${words.join(' ')}'`
      return `complete -c bailiwick -f ${at} -a '${word}' -d ${quoted(meaning)}`
    }),
  )
  return `function __bailiwick_at
  set -l words (string match --invert -- '-*' (commandline -opc)[2..])
  test "$words" = "$argv"
end
${lines.join('\n')}`
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`
}
