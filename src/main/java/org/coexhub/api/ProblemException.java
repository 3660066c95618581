package org.coexhub.api;

import java.util.Map;

/** Thrown when a request cannot be answered as asked; becomes an RFC 9457 problem. */
public final class ProblemException extends RuntimeException {

    private final int status;
    private final String title;
    private final transient Map<String, Object> members;

    /**
     * @param status HTTP status
     * @param title the kind of problem, the same every time
     * @param detail this occurrence, and what would help
     * @param members further members of the problem
     */
    public ProblemException(int status, String title, String detail, Map<String, Object> members) {
        super(detail);
        this.status = status;
        this.title = title;
        this.members = Map.copyOf(members);
    }

    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    public Map<String, Object> members() {
        return members;
    }
}
