package io.signalbox.spec.schema;

/** A record with rules that go across its components. {@link Binder} asks it once each component is in its own range. */
public interface Constrained {

    /** Tells every broken rule. */
    void check(Rules rules);

    /** Where broken rules are told. */
    @FunctionalInterface
    interface Rules {

        /**
         * A rule is broken.
         *
         * @param name of the component on the wire; empty for the object itself
         * @param code what kind, for programs
         * @param detail what was found and what to do
         */
        void broken(String name, String code, String detail);
    }
}
