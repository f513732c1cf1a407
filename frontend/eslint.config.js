import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** What a folder may import from its siblings: data knows nothing of pages, pages nothing of one another. */
const pages = ['jobs', 'job', 'compare', 'submit', 'datasets'];
const may = {
  format: [],
  api: ['format'],
  live: ['api'],
  ui: ['api', 'format'],
  chart: ['format', 'ui'],
  schema: ['api', 'ui', 'format'],
  access: ['api', 'ui'],
  jobs: ['api', 'live', 'ui', 'chart', 'format'],
  job: ['api', 'live', 'ui', 'chart', 'format', 'schema', 'artifacts'],
  compare: ['api', 'live', 'ui', 'chart', 'format'],
  notices: ['api', 'live', 'format'],
  artifacts: ['api', 'ui', 'format'],
  submit: ['api', 'ui', 'format', 'chart', 'schema'],
  datasets: ['api', 'ui', 'format'],
};
const folders = [...new Set([...Object.keys(may), ...pages])];

export default defineConfig(
  globalIgnores(['node_modules', 'coverage']),
  {
    files: ['**/*.js', '**/*.mjs'],
    extends: [js.configs.recommended],
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [
      js.configs.recommended,
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
      reactHooks.configs.flat['recommended-latest'],
    ],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { allowDefaultCaseForExhaustiveSwitch: false, requireDefaultForNonUnion: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-restricted-properties': [
        'error',
        { property: 'innerHTML', message: 'Text from the wire is shown as text nodes only.' },
        { property: 'outerHTML', message: 'Text from the wire is shown as text nodes only.' },
      ],
      'max-lines': ['error', { max: 250 }],
    },
  },
  ...Object.entries(may).map(([folder, allowed]) => ({
    files: [`src/${folder}/**/*.{ts,tsx}`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `^\\.\\./(?:${folders.filter((f) => f !== folder && !allowed.includes(f)).join('|')})/`,
              message: `${folder} may import only ${allowed.join(', ') || 'nothing'} from its siblings.`,
            },
          ],
        },
      ],
    },
  })),
);
