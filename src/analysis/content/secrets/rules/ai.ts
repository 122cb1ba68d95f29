import { type NamedRule, named, type TokenRule, token } from '../rule.ts'

/** Models, their hosts, search and tools for agents. */
export const AI_TOKENS: readonly TokenRule[] = [
  token(
    'openai-api-key',
    'OpenAI key',
    'sk-',
    /sk-(?:(?:proj|svcacct|admin|None)-)?[A-Za-z0-9_-]{20,100}T3BlbkFJ[A-Za-z0-9_-]{20,100}/y,
  ),
  token(
    'openai-api-key',
    'OpenAI key',
    ['sk-proj-', 'sk-svcacct-', 'sk-admin-'],
    /sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{40,200}/y,
  ),
  token('anthropic-api-key', 'Anthropic key', 'sk-ant-api03-', /sk-ant-api03-[A-Za-z0-9_-]{93}AA/y),
  token(
    'anthropic-admin-api-key',
    'Anthropic admin key',
    'sk-ant-admin01-',
    /sk-ant-admin01-[A-Za-z0-9_-]{93}AA/y,
  ),
  token(
    'anthropic-oauth-token',
    'Anthropic OAuth token',
    ['sk-ant-oat01-', 'sk-ant-ort01-', 'sk-ant-sid01-', 'sk-ant-sid02-'],
    /sk-ant-(?:oat01|ort01|sid0[12])-[A-Za-z0-9_-]{80,140}/y,
  ),
  token('openrouter-api-key', 'OpenRouter key', 'sk-or-v1-', /sk-or-v1-[a-f0-9]{64}/y),
  token('deepseek-api-key', 'key of a model', 'sk-', /sk-(?:[a-f0-9]{32}|[A-Za-z0-9]{48,64})/y, {
    entropy: 3,
  }),
  token(
    'litellm-virtual-key',
    'key of a model gateway',
    'sk-',
    /sk-(?!ant-|or-|lf-|proj-)[A-Za-z0-9_-]{22}(?![A-Za-z0-9_-])/y,
    {
      entropy: 3.8,
    },
  ),
  token('huggingface-access-token', 'Hugging Face token', 'hf_', /hf_[A-Za-z]{34}/y, {
    entropy: 3.5,
  }),
  token('huggingface-access-token', 'Hugging Face token', 'hf_', /hf_[A-Za-z0-9]{34,40}/y, {
    entropy: 3.5,
  }),
  token(
    'huggingface-organization-api-token',
    'Hugging Face organization token',
    'api_org_',
    /api_org_[A-Za-z]{34}/y,
    { entropy: 3 },
  ),
  token('replicate-api-token', 'Replicate token', 'r8_', /r8_[A-Za-z0-9]{37}/y),
  token('groq-api-key', 'Groq key', 'gsk_', /gsk_[A-Za-z0-9]{52}/y),
  token('xai-api-key', 'xAI key', 'xai-', /xai-[A-Za-z0-9]{80}/y),
  token('perplexity-api-key', 'Perplexity key', 'pplx-', /pplx-[A-Za-z0-9]{48}/y),
  token('cerebras-api-key', 'Cerebras key', 'csk-', /csk-[a-z0-9]{48}/y),
  token('fireworks-api-key', 'Fireworks key', 'fw_', /fw_[A-Za-z0-9]{22,40}/y, { entropy: 3.3 }),
  token('together-api-key', 'Together key', 'tgp_v1_', /tgp_v1_[A-Za-z0-9_-]{40,60}/y),
  token('nvidia-api-key', 'NVIDIA key', 'nvapi-', /nvapi-[A-Za-z0-9_-]{60,70}/y),
  token('elevenlabs-api-key', 'ElevenLabs key', 'sk_', /sk_[a-f0-9]{48}/y),
  token('voyage-api-key', 'Voyage key', ['pa-', 'al-'], /(?:pa|al)-[A-Za-z0-9_-]{43}/y, {
    entropy: 4,
  }),
  token('jina-api-key', 'Jina key', 'jina_', /jina_[a-f0-9]{32}[A-Za-z0-9_-]{28}/y),
  token('tavily-api-key', 'Tavily key', 'tvly-', /tvly-(?:dev-|prod-)?[A-Za-z0-9]{32}/y),
  token('firecrawl-api-key', 'Firecrawl key', 'fc-', /fc-[a-f0-9]{32}/y),
  token('pinecone-api-key', 'Pinecone key', 'pcsk_', /pcsk_[A-Za-z0-9]{5,10}_[A-Za-z0-9]{55,70}/y),
  token(
    'langsmith-api-key',
    'LangSmith key',
    ['lsv2_', 'ls__'],
    /(?:lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}|ls__[a-f0-9]{32})/y,
  ),
  token(
    'langfuse-secret-key',
    'Langfuse secret',
    'sk-lf-',
    /sk-lf-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/y,
  ),
  token('wandb-api-key', 'Weights & Biases key', 'wandb_v1_', /wandb_v1_[A-Za-z0-9_]{40,100}/y),
  token('composio-api-key', 'Composio key', 'ak_', /ak_[A-Za-z0-9_-]{20}/y, { entropy: 3.6 }),
  token('e2b-api-key', 'E2B key', 'e2b_', /e2b_[a-f0-9]{40}/y),
  token('modal-token', 'Modal token', ['ak-', 'as-'], /a[ks]-[A-Za-z0-9]{22}/y, { entropy: 3.8 }),
  token('browserbase-api-key', 'Browserbase key', 'bb_live_', /bb_live_[A-Za-z0-9_-]{24,40}/y),
  token('apify-api-token', 'Apify token', 'apify_api_', /apify_api_[A-Za-z0-9]{36,40}/y),
  token('cursor-api-key', 'Cursor key', ['key_', 'crsr_'], /(?:key|crsr)_[a-f0-9]{64}/y),
  token('mem0-api-key', 'Mem0 key', 'm0-', /m0-[A-Za-z0-9]{40}/y),
  token('llama-cloud-api-key', 'Llama Cloud key', 'llx-', /llx-[A-Za-z0-9]{48,52}/y),
]

export const AI_NAMED: readonly NamedRule[] = [
  named('cohere-api-token', 'Cohere key', ['cohere', 'coapikey'], /^[A-Za-z0-9]{40}$/, 3.5),
  named('mistral-api-key', 'Mistral key', ['mistral', 'codestral'], /^[A-Za-z0-9]{32}$/, 3.5),
  named('wandb-api-key', 'Weights & Biases key', ['wandb'], /^[a-f0-9]{40}$/, 3),
  named('together-api-key', 'Together key', ['together'], /^[a-f0-9]{64}$/, 3),
  named(
    'assemblyai-api-key',
    'AssemblyAI key',
    ['assemblyai', 'deepgram', 'speechmatics'],
    /^[a-f0-9]{32,40}$/,
    3,
  ),
  named(
    'azure-openai-api-key',
    'Azure OpenAI key',
    ['azureopenai', 'cognitive', 'bingsearch'],
    /^[a-f0-9]{32}$|^[A-Za-z0-9]{84}$/,
    3,
  ),
  named(
    'exa-api-key',
    'search key',
    ['exaapi', 'serper', 'serpapi', 'bravesearch', 'braveapi', 'youapi', 'linkup'],
    /^[A-Za-z0-9_-]{30,64}$/,
    3,
  ),
  named('privateai-api-token', 'Private AI token', 'privateai', /^[a-z0-9]{32}$/, 3),
  named(
    'vector-database-key',
    'key of a vector database',
    ['qdrant', 'weaviate', 'milvus', 'zilliz'],
    /^[A-Za-z0-9_-]{30,100}$/,
    3.5,
  ),
]
