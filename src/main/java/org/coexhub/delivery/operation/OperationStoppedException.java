package org.coexhub.delivery.operation;

/** Thrown when an operation cannot go on, because what it works on is not there any more. */
final class OperationStoppedException extends RuntimeException {

    private OperationStoppedException(String reason) {
        super(reason);
    }

    static OperationStoppedException destinationGone(String name) {
        return new OperationStoppedException("destination_gone: there is no " + name + " any more");
    }
}
