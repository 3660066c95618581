package org.coexhub;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * The hub's entry point: one Spring Boot application around one Camel context. Compiled for Java 17 and tied to no other
 * class of the hub, so that an older Java can be told what is wanted instead of failing on the first class it cannot read.
 */
@SpringBootApplication
public class Hub {

    private static final int NEEDED = 21;

    public static void main(String[] arguments) throws ReflectiveOperationException {
        if (Runtime.version().feature() < NEEDED) {
            System.err.printf(
                    "The Coexistence Hub needs Java %d or newer; this is Java %s in %s%n",
                    NEEDED, Runtime.version(), System.getProperty("java.home"));
            System.exit(1);
        }
        Class.forName("org.coexhub.platform.start.HubStart")
                .getDeclaredMethod("run", String[].class)
                .invoke(null, (Object) arguments);
    }
}
