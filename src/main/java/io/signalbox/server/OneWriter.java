package io.signalbox.server;

import java.util.concurrent.locks.ReentrantLock;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.TransactionDefinition;

/**
 * Lets one transaction write at a time; those that only read do not wait. With the commit of any transaction H2 writes what
 * all of them have changed, table after table, while the others go on: a crash just then left half of one of those behind,
 * and rows that nothing could be added to any more.
 */
final class OneWriter extends JpaTransactionManager {

    private final transient ReentrantLock writing = new ReentrantLock();

    @Override
    protected void doBegin(Object transaction, TransactionDefinition definition) {
        if (definition.isReadOnly()) {
            super.doBegin(transaction, definition);
            return;
        }
        writing.lock();
        try {
            super.doBegin(transaction, definition);
        } catch (RuntimeException | Error e) {
            writing.unlock();
            throw e;
        }
    }

    @Override
    protected void doCleanupAfterCompletion(Object transaction) {
        try {
            super.doCleanupAfterCompletion(transaction);
        } finally {
            if (writing.isHeldByCurrentThread()) {
                writing.unlock();
            }
        }
    }
}
