package org.coexhub;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

import java.util.Arrays;

/** The hub's entry point: one Spring Boot application around one Camel context. */
@SpringBootApplication
public class Hub {

    public static void main(String[] args) {
        if (Arrays.asList(args).contains("--help")) {
            Usage.print();
            return;
        }
        OutOfMemory.endWhereNobodyCatches();
        SpringApplication.run(Hub.class, args);
    }
}
