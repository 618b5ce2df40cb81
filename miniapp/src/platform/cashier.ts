// see host.ts
export * from './cashier.h5'
