/** What may be unusual about a command line, and what each word means. */
export const SHELL_FLAGS = {
  alias: 'defines an alias',
  background: 'starts something that is not waited for: `&`, `coproc`',
  brace: 'a word that braces multiply: `{a,b}`',
  comment: 'has a comment',
  control: 'has a condition, a loop, or a choice',
  dynamic: 'some of what runs is only known at run time',
  encoded: 'bytes are written as numbers, or decoded by a program',
  environment: 'sets a variable that changes which programs run or what they do, such as `PATH`',
  eval: 'text becomes a command when it runs: `eval`, `source`, `trap`, `sh -c`',
  function: 'defines a function, which may have the name of a program',
  glob: 'a word that file names decide: `*`, `?`, `[…]`',
  'inline-code': 'hands over code in another language, which is not read',
  multiple: 'runs more than one command',
  network: 'a program, or a redirection, that opens connections',
  'non-ascii': 'has characters outside ASCII, or control characters other than tab and newline',
  pipe: 'what one command writes, another one reads',
  privilege: 'becomes another user: `sudo`, `su`, `doas`',
  redirection: 'reads or writes by `<`, `>` and the like',
  substitution: 'the output of a command becomes a word or a file: `$(…)`, `` `…` ``, `<(…)`',
  variable: 'a word that variables, arithmetic, or the home folder decide',
  windows: 'has a meaning in cmd.exe or PowerShell that it does not have here',
} as const

export type ShellFlag = keyof typeof SHELL_FLAGS
