import { useEffect, useRef, type Ref, useImperativeHandle } from 'react';
import type { Vocabulary } from './completion';
import type { Finding } from './findings';
import { SpecEditor } from './spec-editor';

export interface EditorHandle {
  show(finding: Finding): void;
}

export interface EditorProps {
  text: string;
  findings: readonly Finding[];
  /** What can be completed; null until it is known. */
  vocabulary: Vocabulary | null;
  onChange: (text: string) => void;
  onSubmit: () => void;
  ref?: Ref<EditorHandle>;
}

/** The spec's text, with errors at their lines. */
export default function Editor({ text, findings, vocabulary, onChange, onSubmit, ref }: EditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<SpecEditor | null>(null);
  const newest = useRef({ text, onChange, onSubmit });
  useEffect(() => {
    newest.current = { text, onChange, onSubmit };
  });
  useEffect(() => {
    if (host.current === null) return undefined;
    const made = new SpecEditor(host.current, newest.current.text, {
      onChange: (changed) => {
        newest.current.onChange(changed);
      },
      onSubmit: () => {
        newest.current.onSubmit();
      },
    });
    editor.current = made;
    return () => {
      editor.current = null;
      made.destroy();
    };
  }, []);
  useEffect(() => editor.current?.setText(text), [text]);
  useEffect(() => editor.current?.setFindings(findings), [findings]);
  useEffect(() => editor.current?.setVocabulary(vocabulary), [vocabulary]);
  useImperativeHandle(ref, () => ({
    show: (finding) => editor.current?.show(finding),
  }));
  return <div ref={host} className="editor" />;
}
