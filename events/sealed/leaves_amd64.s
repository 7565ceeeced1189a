// SHA-256 of two messages at a time with the SHA extensions of x86 (Intel, "Intel SHA Extensions", July 2013; FIPS 180-4,
// section 6.2.2). The two do not wait for each other's results, so that together they take little longer than one.

#include "textflag.h"

// Lane A has its state in X1 (ABEF) and X2 (CDGH) and its message words in X3 to X6, lane B in X7, X8 and X9 to X12. X0 is
// what SHA256RNDS2 adds, X13 is scratch, X14 turns big-endian words round, X15 is free.

#define LOAD(p, at, m) \
	MOVOU at(p), m \
	PSHUFB X14, m

// Four rounds.
#define ROUNDS(k, m, s0, s1) \
	MOVO m, X0 \
	PADDD (k*16)(AX), X0 \
	SHA256RNDS2 X0, s0, s1 \
	PSHUFD $0x0e, X0, X0 \
	SHA256RNDS2 X0, s1, s0

// Four rounds, and the words of the four after the next twelve: m is the last of the four known, next is where they go.
#define SCHEDULE(k, m, before, next, s0, s1) \
	MOVO m, X0 \
	PADDD (k*16)(AX), X0 \
	SHA256RNDS2 X0, s0, s1 \
	MOVO m, X13 \
	PALIGNR $4, before, X13 \
	PADDD X13, next \
	SHA256MSG2 m, next \
	PSHUFD $0x0e, X0, X0 \
	SHA256RNDS2 X0, s1, s0

#define BOTH(k, a, aBefore, aNext, b, bBefore, bNext) \
	SCHEDULE(k, a, aBefore, aNext, X1, X2) \
	SHA256MSG1 a, aBefore \
	SCHEDULE(k, b, bBefore, bNext, X7, X8) \
	SHA256MSG1 b, bBefore

// func blocks2(a, b *state, p, q *byte, n int)
TEXT ·blocks2(SB), NOSPLIT, $64-40
	MOVQ a+0(FP), DI
	MOVQ b+8(FP), SI
	MOVQ p+16(FP), DX
	MOVQ q+24(FP), CX
	MOVQ n+32(FP), BX
	LEAQ ·roundConstants(SB), AX
	MOVOU ·bigEndian(SB), X14
	MOVOU 0(DI), X1
	MOVOU 16(DI), X2
	MOVOU 0(SI), X7
	MOVOU 16(SI), X8

next:
	TESTQ BX, BX
	JZ done
	MOVOU X1, 0(SP)
	MOVOU X2, 16(SP)
	MOVOU X7, 32(SP)
	MOVOU X8, 48(SP)

	LOAD(DX, 0, X3)
	LOAD(CX, 0, X9)
	ROUNDS(0, X3, X1, X2)
	ROUNDS(0, X9, X7, X8)
	LOAD(DX, 16, X4)
	LOAD(CX, 16, X10)
	ROUNDS(1, X4, X1, X2)
	SHA256MSG1 X4, X3
	ROUNDS(1, X10, X7, X8)
	SHA256MSG1 X10, X9
	LOAD(DX, 32, X5)
	LOAD(CX, 32, X11)
	ROUNDS(2, X5, X1, X2)
	SHA256MSG1 X5, X4
	ROUNDS(2, X11, X7, X8)
	SHA256MSG1 X11, X10
	LOAD(DX, 48, X6)
	LOAD(CX, 48, X12)
	BOTH(3, X6, X5, X3, X12, X11, X9)
	BOTH(4, X3, X6, X4, X9, X12, X10)
	BOTH(5, X4, X3, X5, X10, X9, X11)
	BOTH(6, X5, X4, X6, X11, X10, X12)
	BOTH(7, X6, X5, X3, X12, X11, X9)
	BOTH(8, X3, X6, X4, X9, X12, X10)
	BOTH(9, X4, X3, X5, X10, X9, X11)
	BOTH(10, X5, X4, X6, X11, X10, X12)
	BOTH(11, X6, X5, X3, X12, X11, X9)
	BOTH(12, X3, X6, X4, X9, X12, X10)
	SCHEDULE(13, X4, X3, X5, X1, X2)
	SCHEDULE(13, X10, X9, X11, X7, X8)
	SCHEDULE(14, X5, X4, X6, X1, X2)
	SCHEDULE(14, X11, X10, X12, X7, X8)
	ROUNDS(15, X6, X1, X2)
	ROUNDS(15, X12, X7, X8)

	MOVOU 0(SP), X13
	PADDD X13, X1
	MOVOU 16(SP), X13
	PADDD X13, X2
	MOVOU 32(SP), X13
	PADDD X13, X7
	MOVOU 48(SP), X13
	PADDD X13, X8
	ADDQ $64, DX
	ADDQ $64, CX
	DECQ BX
	JMP next

done:
	MOVOU X1, 0(DI)
	MOVOU X2, 16(DI)
	MOVOU X7, 0(SI)
	MOVOU X8, 16(SI)
	RET

// func cpuid(leaf uint32) (ebx uint32)
TEXT ·cpuid(SB), NOSPLIT, $0-12
	MOVL leaf+0(FP), AX
	XORL CX, CX
	CPUID
	MOVL BX, ebx+8(FP)
	RET

DATA ·bigEndian+0(SB)/8, $0x0405060700010203
DATA ·bigEndian+8(SB)/8, $0x0c0d0e0f08090a0b
GLOBL ·bigEndian(SB), RODATA|NOPTR, $16

DATA ·roundConstants+0(SB)/8, $0x71374491428a2f98
DATA ·roundConstants+8(SB)/8, $0xe9b5dba5b5c0fbcf
DATA ·roundConstants+16(SB)/8, $0x59f111f13956c25b
DATA ·roundConstants+24(SB)/8, $0xab1c5ed5923f82a4
DATA ·roundConstants+32(SB)/8, $0x12835b01d807aa98
DATA ·roundConstants+40(SB)/8, $0x550c7dc3243185be
DATA ·roundConstants+48(SB)/8, $0x80deb1fe72be5d74
DATA ·roundConstants+56(SB)/8, $0xc19bf1749bdc06a7
DATA ·roundConstants+64(SB)/8, $0xefbe4786e49b69c1
DATA ·roundConstants+72(SB)/8, $0x240ca1cc0fc19dc6
DATA ·roundConstants+80(SB)/8, $0x4a7484aa2de92c6f
DATA ·roundConstants+88(SB)/8, $0x76f988da5cb0a9dc
DATA ·roundConstants+96(SB)/8, $0xa831c66d983e5152
DATA ·roundConstants+104(SB)/8, $0xbf597fc7b00327c8
DATA ·roundConstants+112(SB)/8, $0xd5a79147c6e00bf3
DATA ·roundConstants+120(SB)/8, $0x1429296706ca6351
DATA ·roundConstants+128(SB)/8, $0x2e1b213827b70a85
DATA ·roundConstants+136(SB)/8, $0x53380d134d2c6dfc
DATA ·roundConstants+144(SB)/8, $0x766a0abb650a7354
DATA ·roundConstants+152(SB)/8, $0x92722c8581c2c92e
DATA ·roundConstants+160(SB)/8, $0xa81a664ba2bfe8a1
DATA ·roundConstants+168(SB)/8, $0xc76c51a3c24b8b70
DATA ·roundConstants+176(SB)/8, $0xd6990624d192e819
DATA ·roundConstants+184(SB)/8, $0x106aa070f40e3585
DATA ·roundConstants+192(SB)/8, $0x1e376c0819a4c116
DATA ·roundConstants+200(SB)/8, $0x34b0bcb52748774c
DATA ·roundConstants+208(SB)/8, $0x4ed8aa4a391c0cb3
DATA ·roundConstants+216(SB)/8, $0x682e6ff35b9cca4f
DATA ·roundConstants+224(SB)/8, $0x78a5636f748f82ee
DATA ·roundConstants+232(SB)/8, $0x8cc7020884c87814
DATA ·roundConstants+240(SB)/8, $0xa4506ceb90befffa
DATA ·roundConstants+248(SB)/8, $0xc67178f2bef9a3f7
GLOBL ·roundConstants(SB), RODATA|NOPTR, $256
