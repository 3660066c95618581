package org.coexhub.bench;

import org.coexhub.Hub;
import org.coexhub.inbound.journal.Journal;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.context.annotation.Bean;

/**
 * The same server with a journal that forgets: what a webhook costs without being stored. Without an annotation, so that
 * no component scan of a test ever finds it.
 */
public class HubWithoutDurability {

    public static void main(String[] args) {
        SpringApplication.run(new Class<?>[] {Hub.class, HubWithoutDurability.class}, args);
    }

    @Bean
    static BeanPostProcessor forgetfulJournal() {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                return name.equals("journalWriter") ? (Journal) slices -> {} : bean;
            }
        };
    }
}
