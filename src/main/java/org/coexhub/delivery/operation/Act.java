package org.coexhub.delivery.operation;

/** One kind of operation: what is done, in steps between which it may be interrupted and taken up again. */
interface Act {

    boolean does(String kind);

    /**
     * Does it, or what is left of it.
     *
     * @return false when it was interrupted: {@link OperationRun#goesOn} said so
     * @throws OperationStoppedException what it works on is not there any more
     */
    boolean run(OperationRun run);

    /** Takes away what an ended operation has left outside the store. */
    default void ended(String id) {}

    /** The same of all that ended while that could not be taken away; now and then. */
    default void tidy() {}
}
