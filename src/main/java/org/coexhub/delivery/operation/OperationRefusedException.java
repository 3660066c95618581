package org.coexhub.delivery.operation;

/** Thrown when an operation is not begun, because of another one. */
public final class OperationRefusedException extends RuntimeException {

    private final transient Operation other;

    private OperationRefusedException(String message, Operation other) {
        super(message);
        this.other = other;
    }

    static OperationRefusedException busy(String name, Operation other) {
        return new OperationRefusedException(
                "%s: operation %s (%s) is running; wait for its end, or cancel it"
                        .formatted(name, other.id(), other.kind()),
                other);
    }

    static OperationRefusedException keyTaken(Operation other) {
        return new OperationRefusedException(
                "this Idempotency-Key belongs to another request, operation " + other.id(), other);
    }

    /** The one that is in the way. */
    public Operation other() {
        return other;
    }
}
