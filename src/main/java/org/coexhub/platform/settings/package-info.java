/**
 * Settings that several packages share, and the check of all settings: the rules that the settings records state, all
 * of them applied before anything starts, and the words in which a fault is told. Knows no other package of the hub.
 */
package org.coexhub.platform.settings;
