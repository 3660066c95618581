package org.coexhub.docs;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The test class gets the one {@link RunningHub}. Such classes stop its routes and share its customers: they run one by one. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RunningHub.Resolver.class)
@Execution(ExecutionMode.SAME_THREAD)
@interface WithRunningHub {}
