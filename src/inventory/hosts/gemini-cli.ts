import { type Host, PLAIN } from './host.ts'

/** An address under `url` is one of events sent by the server, under `httpUrl` a streamable one. */
export const geminiCli: Host = {
  id: 'gemini-cli',
  name: 'Gemini CLI',
  shape: {
    ...PLAIN,
    url: { http: 'httpUrl', sse: 'url' },
    plainUrl: 'sse',
    hasDollar: true,
    known: [
      'trust',
      'timeout',
      'description',
      'includeTools',
      'excludeTools',
      'oauth',
      'authProviderType',
      'targetAudience',
      'targetServiceAccount',
      'extension',
    ],
  },
  files: [
    { scope: 'user', format: 'jsonc', where: '~/.gemini/settings.json' },
    { scope: 'project', format: 'jsonc', where: '{project}/.gemini/settings.json' },
    {
      scope: 'managed',
      format: 'jsonc',
      where: {
        linux: '{GEMINI_CLI_SYSTEM_SETTINGS_PATH|{root}/etc/gemini-cli/settings.json}',
        darwin:
          '{GEMINI_CLI_SYSTEM_SETTINGS_PATH|{root}/Library/Application Support/GeminiCli/settings.json}',
        win32:
          '{GEMINI_CLI_SYSTEM_SETTINGS_PATH|{ProgramData|{root}/ProgramData}/gemini-cli/settings.json}',
      },
    },
    { scope: 'plugin', format: 'jsonc', where: '~/.gemini/extensions/*/gemini-extension.json' },
  ],
}
