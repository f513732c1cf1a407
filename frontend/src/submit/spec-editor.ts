import { autocompletion, type Completion, type CompletionResult } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { proposals, type Proposal, type Vocabulary } from './completion';
import type { Finding } from './findings';

interface Handlers {
  onChange: (text: string) => void;
  onSubmit: () => void;
}

const highlight = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--code-key)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--code-number)' },
  { tag: tags.string, color: 'var(--code-string)' },
  { tag: tags.comment, color: 'var(--muted)', fontStyle: 'italic' },
]);

const theme = EditorView.theme({
  '&': { color: 'var(--ink)', backgroundColor: 'var(--surface)', fontSize: '13px' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-1px' },
  '.cm-content': {
    fontFamily: 'var(--mono)',
    caretColor: 'var(--ink)',
    minHeight: '24rem',
    padding: '8px 0',
  },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--muted)', border: 'none' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': {
    backgroundColor: 'var(--selection) !important',
  },
  '.cm-tooltip': { backgroundColor: 'var(--raised)', color: 'var(--ink)', border: '1px solid var(--line)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', maxHeight: '16rem' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '2px 8px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--accent)',
    color: 'var(--accent-ink)',
  },
  '.cm-completionDetail': {
    marginLeft: '1.5em',
    fontStyle: 'normal',
    fontFamily: 'var(--sans)',
    opacity: '0.8',
  },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-tooltip.cm-completionInfo': { padding: '6px 10px', fontFamily: 'var(--sans)', maxWidth: '20rem' },
});

/**
 * Types over a selection. Left to Chromium, it merges the lines with style attributes of its own, which the content security
 * policy refuses.
 */
function typeOver(event: InputEvent, view: EditorView): boolean {
  const { state } = view;
  if (event.inputType !== 'insertText' || event.data === null || state.selection.main.empty) return false;
  event.preventDefault();
  view.dispatch(
    state.update(state.replaceSelection(event.data), { userEvent: 'input.type', scrollIntoView: true }),
  );
  return true;
}

function asCompletion({ word, kind, note, about, needed }: Proposal): Completion {
  return {
    label: word,
    type: kind,
    boost: needed ? 1 : 0,
    ...(kind === 'key' ? { apply: `${word}: ` } : {}),
    ...(note === '' ? {} : { detail: note }),
    ...(about === '' ? {} : { info: about }),
  };
}

/**
 * A YAML editor. It lives in a shadow root, where its styles are a sheet of objects and not text in the page, so that the
 * content security policy can do without inline styles. Tab is left alone: it leads on, as everywhere.
 */
export class SpecEditor {
  private readonly view: EditorView;
  private vocabulary: Vocabulary | null = null;

  constructor(host: HTMLElement, text: string, { onChange, onSubmit }: Handlers) {
    const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
    const submit = () => {
      onSubmit();
      return true;
    };
    this.view = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: text,
        extensions: [
          lineNumbers(),
          lintGutter(),
          history(),
          drawSelection(),
          yaml(),
          syntaxHighlighting(highlight),
          theme,
          EditorView.lineWrapping,
          autocompletion({
            override: [({ pos, explicit, state }) => this.complete(state.doc.toString(), pos, explicit)],
            icons: false,
            // A key's value is what is wanted next.
            activateOnCompletion: ({ type }) => type === 'key',
          }),
          EditorView.contentAttributes.of({ 'data-testid': 'spec-editor', 'aria-label': 'Job spec in YAML' }),
          EditorView.domEventHandlers({ beforeinput: typeOver }),
          keymap.of([{ key: 'Mod-Enter', run: submit }, ...defaultKeymap, ...historyKeymap]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
  }

  /** What can be completed; null for nothing yet. */
  setVocabulary(vocabulary: Vocabulary | null): void {
    this.vocabulary = vocabulary;
  }

  private complete(text: string, offset: number, explicit: boolean): CompletionResult | null {
    const proposed = this.vocabulary === null ? null : proposals(text, offset, this.vocabulary);
    if (proposed === null || proposed.found.length === 0) return null;
    // An empty line is left in peace until somebody asks or begins a word; after a colon the choice is shown at once.
    const begun = proposed.from < offset || /[:[{,] ?$/.test(text.slice(0, offset));
    return explicit || begun
      ? { from: proposed.from, options: proposed.found.map(asCompletion), validFor: /^[\w.+-]*$/ }
      : null;
  }

  /** Puts another text in place: only what differs, so that the cursor stays and one step of undo takes it back. */
  setText(text: string): void {
    const old = this.view.state.doc.toString();
    if (old === text) return;
    const shorter = Math.min(old.length, text.length);
    let from = 0;
    while (from < shorter && old[from] === text[from]) from++;
    let same = 0;
    while (same < shorter - from && old.at(-1 - same) === text.at(-1 - same)) same++;
    this.view.dispatch({
      changes: { from, to: old.length - same, insert: text.slice(from, text.length - same) },
    });
  }

  setFindings(findings: readonly Finding[]): void {
    const end = this.view.state.doc.length;
    const diagnostics: Diagnostic[] = findings.flatMap(({ place, level, detail }) =>
      place === null
        ? []
        : [
            {
              from: Math.min(place.from, end),
              to: Math.min(place.to, end),
              severity: level,
              message: detail,
            },
          ],
    );
    this.view.dispatch(setDiagnostics(this.view.state, diagnostics));
  }

  /** Puts the cursor where a finding is. */
  show({ place }: Finding): void {
    if (place === null) return;
    const anchor = Math.min(place.from, this.view.state.doc.length);
    this.view.dispatch({
      selection: { anchor },
      effects: EditorView.scrollIntoView(anchor, { y: 'center' }),
    });
    this.view.focus();
  }

  destroy(): void {
    this.view.destroy();
  }
}
