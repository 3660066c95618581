package org.coexhub.platform.broker;

import java.sql.SQLException;

/**
 * A failure in one line that may stand in a log: which exceptions, the database's code, and where. Never their messages: a
 * driver's or a parser's may quote a customer.
 */
public final class FailureSummary {

    private static final String OWN = "org.coexhub.";
    private static final int MOST_CAUSES = 4;

    private FailureSummary() {}

    /** Such as {@code DataIntegrityViolationException, PSQLException 22021 at CommandStore.insert:142}. */
    public static String of(Throwable failure) {
        var line = new StringBuilder();
        Throwable last = failure;
        int causes = 0;
        for (Throwable t = failure; t != null && causes < MOST_CAUSES; t = t.getCause()) {
            line.append(line.isEmpty() ? "" : ", ").append(t.getClass().getSimpleName());
            if (t instanceof SQLException sql && sql.getSQLState() != null) {
                line.append(' ').append(sql.getSQLState());
            }
            last = t;
            causes++;
        }
        return line.append(place(last)).toString();
    }

    private static String place(Throwable failure) {
        for (StackTraceElement frame : failure.getStackTrace()) {
            if (frame.getClassName().startsWith(OWN)) {
                String type = frame.getClassName();
                return " at "
                        + type.substring(type.lastIndexOf('.') + 1)
                        + "."
                        + frame.getMethodName()
                        + ":"
                        + frame.getLineNumber();
            }
        }
        return "";
    }
}
