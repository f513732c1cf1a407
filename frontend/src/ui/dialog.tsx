import { useEffect, useId, useRef, type ReactNode } from 'react';

interface DialogProps {
  title: string;
  children: ReactNode;
  /** What stands below, beside the button that closes. */
  actions?: ReactNode;
  /** What the button says that leaves everything as it is. */
  close?: string;
  wide?: boolean;
  onClose: () => void;
}

/** A question, or a form, in front of the page. */
export function Dialog({ title, children, actions, close = 'Close', wide = false, onClose }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    ref.current?.showModal();
  }, []);
  return (
    <dialog ref={ref} className={wide ? 'dialog wide' : 'dialog'} aria-labelledby={titleId} onClose={onClose}>
      <h2 id={titleId}>{title}</h2>
      <div className="dialog-body">{children}</div>
      <div className="actions end">
        <button type="button" className="button" onClick={onClose}>
          {close}
        </button>
        {actions}
      </div>
    </dialog>
  );
}

interface ConfirmProps {
  title: string;
  children: ReactNode;
  confirm: string;
  busy?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before what cannot be undone. */
export function ConfirmDialog({ title, children, confirm, busy = false, onConfirm, onClose }: ConfirmProps) {
  return (
    <Dialog
      title={title}
      close="Keep it as it is"
      onClose={onClose}
      actions={
        <button
          type="button"
          className="button danger solid"
          data-testid="confirm"
          disabled={busy}
          onClick={onConfirm}
        >
          {confirm}
        </button>
      }
    >
      {children}
    </Dialog>
  );
}
