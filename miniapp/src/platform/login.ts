// see host.ts
export * from './login.h5'
